//! The smallest pieces of SQL text. A token is found from its first byte on, without looking back, and every byte is
//! looked at a fixed number of times, so that a script of any shape takes linear time.
//!
//! Delimiters are ASCII and every other byte belongs to a name or lies inside quotes, so that a token never begins or
//! ends in the middle of a character.

use crate::{diagnostic::Diagnostic, sql::syntax::Syntax};

/// Why a script cannot be cut: something in it never ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} begins here and does not end")]
pub struct SplitError {
    /// `a string`, `a comment`, `a dollar-quoted string`, …
    pub what: &'static str,
    /// The byte offset in the script at which it begins.
    pub offset: usize,
}

impl Diagnostic for SplitError {
    fn code(&self) -> &'static str {
        "unterminated"
    }

    fn help(&self) -> Option<String> {
        Some("close it, or double a quote that is meant as text".to_owned())
    }
}

/// What a token is, as far as cutting a script needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or an unquoted name.
    Word,
    /// A name between quotes.
    QuotedName,
    /// A string of any form.
    String,
    Number,
    /// `(`
    Open,
    /// `)`
    Close,
    Semicolon,
    /// A backslash outside of quotes: no SQL, but psql's.
    Backslash,
    /// Any other character, and `$1`.
    Symbol,
}

/// A piece of a script: `script[start..end]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// Reads the tokens of a text one after the other; white space and comments lie between them.
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    bytes: &'a [u8],
    position: usize,
    syntax: Syntax,
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str, syntax: Syntax) -> Tokens<'a> {
        let bytes = text.as_bytes();
        let position = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        Tokens { bytes, position, syntax }
    }

    /// The tokens from `position` on, up to `end`; offsets still count from the start of the text.
    pub(crate) fn within(text: &'a str, position: usize, end: usize, syntax: Syntax) -> Tokens<'a> {
        Tokens { bytes: &text.as_bytes()[..end], position, syntax }
    }

    /// Goes on at `position`.
    pub(crate) fn skip_to(&mut self, position: usize) {
        self.position = position;
    }

    /// The next token, or `None` at the end.
    pub fn read(&mut self) -> Result<Option<Token>, SplitError> {
        self.skip_blank()?;
        let start = self.position;
        let Some(first) = self.peek(0) else { return Ok(None) };
        let kind = self.scan(first)?;
        Ok(Some(Token { kind, start, end: self.position }))
    }

    /// Moves past the token that begins with `first`, and tells what it is.
    fn scan(&mut self, first: u8) -> Result<TokenKind, SplitError> {
        match first {
            b'\'' => self.scan_quoted("a string", b'\'', false).map(|()| TokenKind::String),
            b'"' => self.scan_quoted("a quoted name", b'"', false).map(|()| TokenKind::QuotedName),
            b'`' if self.syntax.foreign_quotes => {
                self.scan_quoted("a quoted name", b'`', false).map(|()| TokenKind::QuotedName)
            }
            b'[' if self.syntax.foreign_quotes => self.scan_bracketed().map(|()| TokenKind::QuotedName),
            b'$' if self.syntax.dollar_quotes => self.scan_dollar(),
            b'.' if self.peek(1).is_some_and(|byte| byte.is_ascii_digit()) => Ok(self.scan_number()),
            b'0'..=b'9' => Ok(self.scan_number()),
            byte if begins_name(byte) => self.scan_word(),
            byte => Ok(self.scan_symbol(byte)),
        }
    }

    fn scan_symbol(&mut self, byte: u8) -> TokenKind {
        self.position += 1;
        match byte {
            b'(' => TokenKind::Open,
            b')' => TokenKind::Close,
            b';' => TokenKind::Semicolon,
            b'\\' => TokenKind::Backslash,
            _ => TokenKind::Symbol,
        }
    }

    /// A word; `e` right before a quote belongs to the string.
    fn scan_word(&mut self) -> Result<TokenKind, SplitError> {
        let start = self.position;
        self.skip_while(|byte| continues_name(byte) || byte == b'$');
        let escapes = self.syntax.escape_strings && self.bytes[start..self.position].eq_ignore_ascii_case(b"e");
        if !escapes || self.peek(0) != Some(b'\'') {
            return Ok(TokenKind::Word);
        }
        self.scan_quoted("a string", b'\'', true)?;
        while let Some(continuation) = self.continued_string() {
            self.position = continuation;
            self.scan_quoted("a string", b'\'', true)?;
        }
        Ok(TokenKind::String)
    }

    /// `12`, `1.5e3`, `0xFF`, `1_000`, `.5`, and the `1.` that must not be taken for a qualified name.
    fn scan_number(&mut self) -> TokenKind {
        self.skip_while(continues_name);
        if self.peek(0) == Some(b'.') && self.peek(1) != Some(b'.') {
            self.position += 1;
            self.skip_while(continues_name);
        }
        TokenKind::Number
    }

    /// From an opening quote to behind its closing one; a doubled quote is text.
    fn scan_quoted(&mut self, what: &'static str, quote: u8, escapes: bool) -> Result<(), SplitError> {
        let offset = self.position;
        self.position += 1;
        loop {
            self.skip_while(|byte| byte != quote && !(escapes && byte == b'\\'));
            match (self.peek(0), self.peek(1)) {
                (None, _) => return Err(SplitError { what, offset }),
                (Some(b'\\'), _) if escapes => self.position = (self.position + 2).min(self.bytes.len()),
                (_, Some(next)) if next == quote => self.position += 2,
                _ => break,
            }
        }
        self.position += 1;
        Ok(())
    }

    fn scan_bracketed(&mut self) -> Result<(), SplitError> {
        let offset = self.position;
        self.skip_while(|byte| byte != b']');
        if self.peek(0).is_none() {
            return Err(SplitError { what: "a quoted name", offset });
        }
        self.position += 1;
        Ok(())
    }

    /// `$$ … $$`, `$tag$ … $tag$`, `$1`, or a dollar sign that means nothing.
    fn scan_dollar(&mut self) -> Result<TokenKind, SplitError> {
        let offset = self.position;
        self.position += 1;
        if self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.skip_while(|byte| byte.is_ascii_digit());
            return Ok(TokenKind::Symbol);
        }
        self.skip_while(continues_name);
        if self.peek(0) != Some(b'$') {
            self.position = offset + 1;
            return Ok(TokenKind::Symbol);
        }
        self.position += 1;
        let bytes = self.bytes;
        let tag = &bytes[offset..self.position];
        self.skip_behind(tag).then_some(TokenKind::String).ok_or(SplitError { what: "a dollar-quoted string", offset })
    }

    /// Moves behind the next `tag`, which begins with a dollar sign and holds another only at its end.
    fn skip_behind(&mut self, tag: &[u8]) -> bool {
        loop {
            self.skip_while(|byte| byte != b'$');
            let rest = &self.bytes[self.position..];
            if rest.is_empty() {
                return false;
            }
            if rest.starts_with(tag) {
                self.position += tag.len();
                return true;
            }
            self.position += 1;
        }
    }

    /// Where a string that has just ended goes on: a quote behind white space with a line end in it.
    fn continued_string(&self) -> Option<usize> {
        let mut ahead = Tokens { bytes: self.bytes, position: self.position, syntax: self.syntax };
        let mut new_line = false;
        loop {
            match ahead.peek(0)? {
                b'\'' if new_line => return Some(ahead.position),
                b'-' if ahead.peek(1) == Some(b'-') => ahead.skip_line_comment(),
                b'\n' | b'\r' => {
                    new_line = true;
                    ahead.position += 1;
                }
                byte if is_blank(byte) => ahead.position += 1,
                _ => return None,
            }
        }
    }

    fn skip_blank(&mut self) -> Result<(), SplitError> {
        loop {
            self.skip_while(is_blank);
            match (self.peek(0), self.peek(1)) {
                (Some(b'-'), Some(b'-')) => self.skip_line_comment(),
                (Some(b'/'), Some(b'*')) => self.skip_comment()?,
                (Some(0xEF), _) if self.at_blank_mark() => self.position += BYTE_ORDER_MARK.len(),
                _ => return Ok(()),
            }
        }
    }

    fn at_blank_mark(&self) -> bool {
        self.syntax.blank_marks && self.bytes[self.position..].starts_with(BYTE_ORDER_MARK)
    }

    fn skip_line_comment(&mut self) {
        let carriage_returns = self.syntax.carriage_returns;
        self.skip_while(|byte| byte != b'\n' && !(carriage_returns && byte == b'\r'));
    }

    fn skip_comment(&mut self) -> Result<(), SplitError> {
        let offset = self.position;
        let mut depth = 0usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) if depth == 0 || self.syntax.nested_comments => {
                    depth += 1;
                    self.position += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.position += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                (None, _) if self.syntax.open_comments => return Ok(()),
                (None, _) => return Err(SplitError { what: "a comment", offset }),
                _ => self.position += 1,
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.position + ahead).copied()
    }

    fn skip_while(&mut self, belongs: impl Fn(u8) -> bool) {
        let rest = &self.bytes[self.position..];
        self.position += rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0B' | b'\x0C')
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn continues_name(byte: u8) -> bool {
    begins_name(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, syntax: Syntax) -> Vec<&str> {
        let mut tokens = Tokens::new(text, syntax);
        let mut pieces = Vec::new();
        while let Some(token) = tokens.read().unwrap() {
            pieces.push(&text[token.start..token.end]);
        }
        pieces
    }

    #[test]
    fn a_dollar_sign_quotes_only_where_no_name_or_number_holds_it() {
        assert_eq!(
            pieces("$1 a$b$ $$x;$$ $f$ $$ $f$ $", Syntax::POSTGRES),
            ["$1", "a$b$", "$$x;$$", "$f$ $$ $f$", "$"]
        );
        assert_eq!(pieces("a$$b", Syntax::POSTGRES), ["a$$b"]);
        assert_eq!(pieces("$a;", Syntax::SQLITE), ["$", "a", ";"]);
    }

    #[test]
    fn an_escape_string_goes_on_over_a_line_end_and_keeps_its_backslashes() {
        assert_eq!(pieces("E'a\\'' -- c\n 'b\\';' x", Syntax::POSTGRES), ["E'a\\'' -- c\n 'b\\';'", "x"]);
        assert_eq!(pieces("E'a' 'b\\'", Syntax::POSTGRES), ["E'a'", "'b\\'"]);
    }

    #[test]
    fn a_number_takes_its_dot() {
        assert_eq!(
            pieces("1. end t.end .5 1..2 1e5", Syntax::POSTGRES),
            ["1.", "end", "t", ".", "end", ".5", "1", ".", ".2", "1e5"]
        );
    }

    #[test]
    fn an_error_tells_where_the_open_piece_begins() {
        let open = |text, syntax| {
            let mut tokens = Tokens::new(text, syntax);
            loop {
                match tokens.read() {
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(error) => return Some((error.what, error.offset)),
                }
            }
        };
        assert_eq!(open("é 'x''", Syntax::POSTGRES), Some(("a string", 3)));
        assert_eq!(open("a /* /* */", Syntax::POSTGRES), Some(("a comment", 2)));
        assert_eq!(open("a /* /* */", Syntax::SQLITE), None);
        assert_eq!(open("a /* ", Syntax::SQLITE), None);
        assert_eq!(open("a [b", Syntax::SQLITE), Some(("a quoted name", 2)));
        assert_eq!(open("$a$ $b$", Syntax::POSTGRES), Some(("a dollar-quoted string", 0)));
        assert_eq!(open("E'\\", Syntax::POSTGRES), Some(("a string", 1)));
    }
}
