//! A GraphQL query, read: its fields with their arguments, and the variables put in.

use serde_json::{Map, Value};

/// One field that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    /// What the answer calls it.
    pub alias: String,
    pub name: String,
    pub arguments: Map<String, Value>,
    pub fields: Vec<Field>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Query,
    Mutation,
}

/// Whether this text asks for a change.
pub(crate) fn is_mutation(text: &str) -> bool {
    text.trim_start().starts_with("mutation")
}

/// What stands for the fields of a type, `... on Type { }`: a field of this name with the type as alias.
pub(super) const ON: &str = "...";

/// Reads one operation without named fragments.
pub(super) fn read(text: &str, variables: &Value) -> Result<(Kind, Vec<Field>), String> {
    let kind = if is_mutation(text) { Kind::Mutation } else { Kind::Query };
    let mut reader = Reader { tokens: tokens(text)?, at: 0, variables };
    if matches!(reader.peek(), Some("query" | "mutation")) {
        while reader.peek().is_some_and(|token| token != "{" && token != "(") {
            reader.at += 1;
        }
        if reader.peek() == Some("(") {
            while reader.next()? != ")" {}
        }
    }
    let fields = reader.fields()?;
    match reader.peek() {
        None => Ok((kind, fields)),
        Some(token) => Err(format!("Parse error on \"{token}\"")),
    }
}

struct Reader<'a> {
    tokens: Vec<String>,
    at: usize,
    variables: &'a Value,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Result<String, String> {
        let token = self.tokens.get(self.at).cloned().ok_or("Unexpected end of document")?;
        self.at += 1;
        Ok(token)
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        let token = self.next()?;
        if token == wanted { Ok(()) } else { Err(format!("Parse error on \"{token}\", expected \"{wanted}\"")) }
    }

    fn fields(&mut self) -> Result<Vec<Field>, String> {
        self.expect("{")?;
        let mut fields = Vec::new();
        while self.peek() != Some("}") {
            fields.push(self.field()?);
        }
        self.expect("}")?;
        Ok(fields)
    }

    fn field(&mut self) -> Result<Field, String> {
        if self.peek() == Some(".") {
            for wanted in [".", ".", ".", "on"] {
                self.expect(wanted)?;
            }
            let alias = self.next()?;
            return Ok(Field { alias, name: ON.to_owned(), arguments: Map::new(), fields: self.fields()? });
        }
        let alias = self.next()?;
        if !alias.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_') {
            return Err(format!("Parse error on \"{alias}\""));
        }
        let mut name = alias.clone();
        if self.peek() == Some(":") {
            self.at += 1;
            name = self.next()?;
        }
        let mut arguments = Map::new();
        if self.peek() == Some("(") {
            self.at += 1;
            arguments = self.pairs(")")?;
        }
        let fields = if self.peek() == Some("{") { self.fields()? } else { Vec::new() };
        Ok(Field { alias, name, arguments, fields })
    }

    fn pairs(&mut self, end: &str) -> Result<Map<String, Value>, String> {
        let mut pairs = Map::new();
        while self.peek() != Some(end) {
            let name = self.next()?;
            self.expect(":")?;
            pairs.insert(name, self.value()?);
        }
        self.expect(end)?;
        Ok(pairs)
    }

    fn value(&mut self) -> Result<Value, String> {
        let token = self.next()?;
        Ok(match token.as_str() {
            "{" => Value::Object(self.pairs("}")?),
            "[" => {
                let mut list = Vec::new();
                while self.peek() != Some("]") {
                    list.push(self.value()?);
                }
                self.expect("]")?;
                Value::Array(list)
            }
            "null" => Value::Null,
            "true" | "false" => Value::Bool(token == "true"),
            token if token.starts_with('$') => self.variables[&token[1..]].clone(),
            token if token.starts_with('"') => Value::String(token.trim_matches('"').to_owned()),
            token => token.parse::<i64>().map_or_else(|_| Value::String(token.to_owned()), Value::from),
        })
    }
}

/// Words, texts in quotes and signs; commas mean nothing.
fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign.is_whitespace() || sign == ',' {
            continue;
        }
        let mut token = String::from(sign);
        if sign == '"' {
            loop {
                let sign = signs.next().ok_or("Unterminated string")?;
                token.push(sign);
                if sign == '"' {
                    break;
                }
            }
        } else if sign.is_ascii_alphanumeric() || ['_', '$', '-'].contains(&sign) {
            while let Some(next) = signs.next_if(|next| next.is_ascii_alphanumeric() || *next == '_') {
                token.push(next);
            }
        }
        tokens.push(token);
    }
    Ok(tokens)
}
