//! A service's description: its operations, and whether a request is one of them.

use std::{collections::BTreeMap, sync::OnceLock};

use jsonschema::Validator;
use sandbox::wire::Recorded;
use serde_json::{Value, json};

use super::{address, form, openapi};

pub(super) struct Description {
    components: Value,
    operations: Vec<Operation>,
}

/// An operation, and what its path parameters hold, by name.
type Found<'a> = (&'a Operation, Vec<(String, String)>);

pub(super) struct Operation {
    pub template: String,
    /// The template between its slashes.
    segments: Vec<String>,
    method: String,
    /// By where they stand (`path`, `query`) and name.
    parameters: BTreeMap<(String, String), Part>,
    body: Option<Part>,
}

/// A body or a parameter.
struct Part {
    required: bool,
    schema: Value,
    /// Compiled when it is first needed.
    validator: OnceLock<Validator>,
}

impl Description {
    pub(super) fn new(document: &Value) -> Self {
        let components = openapi::translate(&document["components"]);
        let mut operations = Vec::new();
        for (template, item) in document["paths"].as_object().unwrap() {
            for method in ["get", "put", "post", "delete", "patch"] {
                let Some(operation) = item.get(method) else { continue };
                let shared = item["parameters"].as_array().into_iter().flatten();
                let own = operation["parameters"].as_array().into_iter().flatten();
                let parameters = shared.chain(own).map(|parameter| parameter_of(document, parameter)).collect();
                let body = operation.get("requestBody").and_then(|body| {
                    let schema = &body["content"]["application/json"]["schema"];
                    let required = body["required"].as_bool().unwrap_or(false);
                    (!schema.is_null()).then(|| Part::new(required, schema))
                });
                let segments = address::segments(template);
                let (template, method) = (template.clone(), method.to_uppercase());
                operations.push(Operation { template, segments, method, parameters, body });
            }
        }
        Self { components, operations }
    }

    /// The operation that is meant, with its path parameters.
    pub(super) fn find(&self, method: &str, path: &str) -> Result<Found<'_>, String> {
        let path: Vec<&str> = path.split('/').collect();
        let fits = |operation: &'_ Operation| address::fit(&operation.segments, &path);
        let here: Vec<_> = self
            .operations
            .iter()
            .filter_map(|known| fits(known).map(|(literal, values)| (literal, known, values)))
            .collect();
        if here.is_empty() {
            return Err("there is no such path".into());
        }
        let best = here.into_iter().filter(|(_, known, _)| known.method == method).max_by_key(|(literal, ..)| *literal);
        best.map(|(_, known, values)| (known, values)).ok_or_else(|| format!("{method} is not to be used on this path"))
    }

    /// Whether a request is as described; else everything that is wrong with it.
    pub(super) fn check(&self, request: &Recorded) -> Result<(), Vec<String>> {
        let (operation, path_values) = self.find(&request.method, &request.path).map_err(|why| vec![why])?;
        let mut wrong = self.check_parameters(operation, path_values, &request.query);
        wrong.extend(self.check_body(operation, &request.body));
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn check_parameters(&self, operation: &Operation, path: Vec<(String, String)>, query: &str) -> Vec<String> {
        let query =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().map(|(name, value)| ("query", name, value));
        let given: Vec<_> = path.into_iter().map(|(name, value)| ("path", name, value)).chain(query).collect();
        let mut wrong = Vec::new();
        for (place, name, value) in &given {
            match operation.parameters.get(&((*place).to_owned(), name.clone())) {
                None if *place == "query" => wrong.push(format!("?{name} is not known here")),
                None => {}
                Some(part) => {
                    let as_json = serde_json::from_str::<Value>(value).ok().filter(|value| !value.is_string());
                    let readings = as_json.into_iter().chain([Value::String(value.clone())]);
                    let validator = self.compiled(part);
                    if !readings.into_iter().any(|reading| validator.is_valid(&reading)) {
                        wrong.push(format!("{place} parameter {name} cannot be {value:?}: {}", part.schema));
                    }
                }
            }
        }
        for ((place, name), part) in &operation.parameters {
            if part.required && place == "query" && !given.iter().any(|(_, given, _)| given == name) {
                wrong.push(format!("?{name} is missing"));
            }
        }
        wrong
    }

    fn check_body(&self, operation: &Operation, body: &Value) -> Vec<String> {
        let Some(wanted) = &operation.body else {
            return if body.is_null() { vec![] } else { vec!["no body is to be sent here".into()] };
        };
        if body.is_null() {
            return if wanted.required { vec!["the body is missing".into()] } else { vec![] };
        }
        let form = body.as_str().and_then(form::read);
        let body = form.map_or_else(|| body.clone(), |form| form::typed(form, |name| wants_text(&wanted.schema, name)));
        self.compiled(wanted).iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    fn compiled<'a>(&self, part: &'a Part) -> &'a Validator {
        part.validator.get_or_init(|| {
            let whole = json!({ "allOf": [part.schema], "components": self.components });
            jsonschema::draft202012::new(&whole).unwrap()
        })
    }
}

impl Part {
    fn new(required: bool, schema: &Value) -> Self {
        let schema = if schema.is_null() { json!(true) } else { openapi::translate(schema) };
        Self { required, schema, validator: OnceLock::new() }
    }
}

fn wants_text(schema: &Value, name: &str) -> bool {
    schema["properties"][name]["type"] == "string"
}

fn parameter_of(document: &Value, parameter: &Value) -> ((String, String), Part) {
    let parameter = match parameter["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => parameter,
    };
    let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    let part = Part::new(parameter["required"].as_bool().unwrap_or(false), &parameter["schema"]);
    ((text("in"), text("name")), part)
}
