//! The part of a script that a database's error speaks of, for people: some lines of a statement and a caret.

use std::ops::Range;

use droveway_core::{
    diagnostic::Snippet,
    engine::EngineError,
    sql::{
        split::SplitError,
        statement::{Statement, StatementKind},
    },
};

/// Lines of a long statement that are shown before and after the place that is meant.
const LINES_AROUND: usize = 12;

/// The statement with the place that is meant; for the data of a COPY the line that was refused.
/// `first_line` is the line of the file on which the text begins that the statement was cut from.
pub fn quotation(path: &str, first_line: usize, statement: &Statement, error: &EngineError) -> Snippet {
    let first_line = first_line + statement.line - 1;
    if let Some((text, span)) = data_line(statement, error) {
        return cut(path.to_owned(), &text, span, first_line, &error.message);
    }
    let text = statement.text.as_str();
    let at = error.position.and_then(|position| text.char_indices().nth(position)).map(|(at, _)| at);
    let span = match at {
        Some(at) => at..at + word_length(&text[at..]),
        None => block_line(text, error).unwrap_or(0..text.find('\n').unwrap_or(text.len())),
    };
    cut(path.to_owned(), text, span, first_line, &error.message)
}

/// The line of a text on which something begins that does not end; the part that was split starts at `start`.
pub fn unterminated_quotation(path: &str, text: &str, start: usize, error: &SplitError) -> Snippet {
    let start = start + error.offset;
    let text = &text[..text.len().min(text.ceil_char_boundary(start + 400))];
    let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    Snippet { path: path.to_owned(), text: text.to_owned(), first_line: 1, span: start..end, label: error.to_string() }
}

fn cut(path: String, text: &str, span: Range<usize>, first_line: usize, label: &str) -> Snippet {
    let (cut, first_line) = around(text, span.clone(), first_line);
    let span = span.start - cut.start..span.end - cut.start;
    Snippet { path, text: text[cut].to_owned(), first_line, span, label: label.to_owned() }
}

/// The line of a DO block that the server speaks of; it counts from where the block's string begins.
fn block_line(text: &str, error: &EngineError) -> Option<Range<usize>> {
    let said = error.context.as_ref()?.split_once("inline_code_block line ")?.1;
    let number: usize = said[..said.find(|c: char| !c.is_ascii_digit()).unwrap_or(said.len())].parse().ok()?;
    let body = text.find('$').filter(|_| text.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("DO")))?;
    let line = text[body..].split_inclusive('\n').nth(number.checked_sub(1).filter(|number| *number > 0)?)?;
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    Some(start + line.len() - line.trim_start().len()..start + line.trim_end().len())
}

/// The COPY with its data as it stands in the file, and the line of it that the server speaks of.
fn data_line(statement: &Statement, error: &EngineError) -> Option<(String, Range<usize>)> {
    let StatementKind::CopyIn { data } = &statement.kind else { return None };
    let said = error.context.as_ref()?.lines().find(|line| line.starts_with("COPY "))?;
    let number = said.split_once(", line ")?.1;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let number: usize = number[..digits].parse().ok()?;
    let line = data.split_inclusive('\n').nth(number.checked_sub(1)?)?;
    let text = format!("{};\n{data}", statement.text);
    let start = text.len() - data.len() + (line.as_ptr() as usize - data.as_ptr() as usize);
    Some((text, start..start + line.trim_end().len()))
}

fn word_length(text: &str) -> usize {
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    word.max(text.chars().next().map_or(0, char::len_utf8))
}

/// The bytes of a long text that are worth showing, and the number of their first line.
fn around(text: &str, span: Range<usize>, first_line: usize) -> (Range<usize>, usize) {
    let before: Vec<usize> = text[..span.start].match_indices('\n').map(|(at, _)| at + 1).collect();
    let skipped = before.len().saturating_sub(LINES_AROUND);
    let start = if skipped == 0 { 0 } else { before[skipped - 1] };
    let end = text[span.end..].match_indices('\n').nth(LINES_AROUND).map_or(text.len(), |(at, _)| span.end + at);
    (start..end, first_line + skipped)
}
