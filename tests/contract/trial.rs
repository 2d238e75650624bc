//! The contract on trial: it has to fail where it should.

use sandbox::wire::{Recorded, Service};
use serde_json::{Value, json};

use super::{
    address::{fit, segments},
    description::Description,
    form,
};

fn small() -> Description {
    Description::new(&json!({
        "paths": {
            "/repos/{owner}/git/ref/{ref}": { "get": {} },
            "/repos/{owner}/{what}": { "get": { "parameters": [
                { "$ref": "#/components/parameters/page" },
                { "name": "token", "in": "query", "required": true, "schema": { "type": "string" } }
            ] } },
            "/repos/{owner}/pulls": {
                "post": { "requestBody": { "required": true, "content": { "application/json": { "schema": {
                    "type": "object",
                    "required": ["title"],
                    "additionalProperties": false,
                    "properties": {
                        "title": { "type": "string" },
                        "draft": { "type": "boolean", "nullable": true },
                        "label": { "$ref": "#/components/schemas/Label" }
                    }
                } } } } }
            },
        },
        "components": {
            "parameters": { "page": { "name": "page", "in": "query", "schema": { "type": "integer" } } },
            "schemas": { "Label": { "type": "string", "nullable": true, "enum": ["bug", "release"] } }
        }
    }))
}

fn verdict(method: &str, path: &str, query: &str, body: Value) -> Result<(), String> {
    let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
    let request = Recorded { service: Service::GitHub, method, path, query, body, status: 200, changing: false };
    small().check(&request).map_err(|why| why.join("; "))
}

#[test]
fn what_is_described_passes() {
    let post = |body| verdict("POST", "/repos/acme/pulls", "", body);
    post(json!({ "title": "x" })).unwrap();
    post(json!({ "title": "x", "draft": null, "label": "bug" })).unwrap();
    post(json!({ "title": "x", "label": null })).unwrap();
    verdict("GET", "/repos/acme/git/ref/heads/release/v2", "", Value::Null).unwrap();
    verdict("GET", "/repos/acme/commits", "page=2&token=7", Value::Null).unwrap();
}

#[test]
fn what_is_not_described_fails_with_its_reason() {
    let post = |body| verdict("POST", "/repos/acme/pulls", "", body).unwrap_err();
    assert!(post(json!({ "title": "x", "tilte": "y" })).contains("'tilte' was unexpected"));
    assert!(post(json!({ "title": 7 })).contains("/title: 7 is not of type \"string\""));
    assert!(post(json!({})).contains("\"title\" is a required property"));
    assert!(post(json!({ "title": "x", "label": "bgu" })).contains("/label"));
    assert!(post(json!("no object")).contains("is not of type \"object\""));
    assert_eq!(post(Value::Null), "the body is missing");
    let get = |path, query, body| verdict("GET", path, query, body).unwrap_err();
    assert_eq!(get("/repos/acme", "", Value::Null), "there is no such path");
    assert_eq!(get("/user/repos/acme/pulls", "", Value::Null), "there is no such path");
    assert_eq!(verdict("PUT", "/repos/acme/pulls", "", json!({})).unwrap_err(), "PUT is not to be used on this path");
    assert_eq!(get("/repos/acme/git/ref/heads/x", "", json!({})), "no body is to be sent here");
    assert!(get("/repos/acme/commits", "page=two&token=x", Value::Null).contains("page cannot be \"two\""));
    assert_eq!(get("/repos/acme/commits", "pages=2&token=x", Value::Null), "?pages is not known here");
    assert_eq!(get("/repos/acme/commits", "", Value::Null), "?token is missing");
}

#[test]
fn the_most_literal_path_wins() {
    let description = small();
    let (operation, _) = description.find("POST", "/repos/acme/pulls").unwrap();
    assert_eq!(operation.template, "/repos/{owner}/pulls");
    let of = |template: &str, path: &str| {
        let path: Vec<&str> = path.split('/').collect();
        fit(&segments(template), &path).map(|(literal, values)| (literal, values.len()))
    };
    assert_eq!(of("/a/{ref}", "/a/b/c"), Some((2, 1)));
    assert_eq!(of("/a/{one}", "/a/b/c"), None);
    assert_eq!(of("/bot{token}/getMe", "/bot1:x/getMe"), Some((2, 1)));
    assert_eq!(of("/a/{ref}/b", "/a/x/y/b"), Some((3, 1)));
    assert_eq!(of("/a/{one}", "/a/"), None);
}

#[test]
fn forms_are_read_as_the_objects_they_stand_for() {
    let part = |name: &str, content: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let form = format!("{}{}--x--\r\n", part("chat_id", "-100"), part("text", "12"));
    let read = form::typed(form::read(&form).unwrap(), |name| name == "text");
    assert_eq!(read, json!({ "chat_id": -100, "text": "12" }));
    let payload = format!("{}{}--x--\r\n", part("payload_json", r#"{"content":"hi"}"#), part("files[0]", "log"));
    assert_eq!(form::typed(form::read(&payload).unwrap(), |_| false), json!({ "content": "hi" }));
    assert!(form::read("hello").is_none());
}
