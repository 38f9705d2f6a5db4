//! Names as SQL writes them: with dots between their parts, and quotes where they must be.

/// The parts of a name as they are written: `"My App".t` gives `"My App"` and `t`.
pub fn written_parts(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in name.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => {
                parts.push(&name[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&name[start..]);
    parts
}

/// The parts of a name without quotes: `"My App".T` gives `My App` and `t`.
pub fn parts(name: &str) -> Vec<String> {
    written_parts(name).into_iter().map(unquoted).collect()
}

fn unquoted(part: &str) -> String {
    let part = part.trim();
    match part.strip_prefix('"').and_then(|part| part.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => part.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_apart_at_its_dots() {
        assert_eq!(parts("public.T"), ["public", "t"]);
        assert_eq!(parts("\"My.App\".\"say \"\"hi\"\"\""), ["My.App", "say \"hi\""]);
        assert_eq!(written_parts("\"My.App\".t"), ["\"My.App\"", "t"]);
    }
}
