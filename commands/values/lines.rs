//! Lines of a checklist, by their numbers.

use super::names::shown;

newtype! {
    /// Numbers from 1 with a comma between them. They are said by name.
    LineNumbers is Text, asked "Which lines?", read by numbers, by_name
}

impl LineNumbers {
    /// Whether this line is among them, counted from 0.
    pub fn has(&self, line: usize) -> bool {
        self.as_str().split(',').any(|number| number.parse() == Ok(line + 1))
    }
}

fn numbers(text: &str) -> Result<String, String> {
    let all: Result<Vec<usize>, _> = text.split(',').map(|number| number.trim().parse::<usize>()).collect();
    match all {
        Ok(numbers) if !numbers.contains(&0) => Ok(numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(",")),
        Ok(_) | Err(_) => Err(format!("“{}” names no lines; write their numbers, such as 3,4,5", shown(text))),
    }
}
