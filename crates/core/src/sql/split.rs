//! Cuts a script into statements, as the engine's own client would.

use crate::sql::{
    body::Body,
    command::classify,
    statement::{Statement, StatementKind},
    token::{Token, TokenKind, Tokens},
};

pub use crate::sql::{syntax::Syntax, token::SplitError};

/// The statements of a script, in order. Empty statements and comments yield nothing.
pub fn split(script: &str, syntax: Syntax) -> Result<Vec<Statement>, SplitError> {
    let mut cutter = Cutter::new(script, syntax);
    loop {
        match cutter.tokens.read()? {
            Some(token) => cutter.take(token),
            None if cutter.rest_of_line.is_some() => cutter.leave_line()?,
            None => break,
        }
    }
    cutter.close(script.len());
    Ok(cutter.statements)
}

/// A script half cut.
struct Cutter<'a> {
    script: &'a str,
    syntax: Syntax,
    tokens: Tokens<'a>,
    open: Option<OpenStatement>,
    /// While the rest of the line behind a `COPY … FROM stdin;` is read: where the script goes on behind its data.
    rest_of_line: Option<usize>,
    lines: Lines,
    statements: Vec<Statement>,
}

/// The statement being read.
struct OpenStatement {
    start: usize,
    end: usize,
    parentheses: usize,
    body: Body,
}

impl<'a> Cutter<'a> {
    fn new(script: &'a str, syntax: Syntax) -> Cutter<'a> {
        Cutter {
            script,
            syntax,
            tokens: Tokens::new(script, syntax),
            open: None,
            rest_of_line: None,
            lines: Lines { offset: 0, line: 1 },
            statements: Vec::new(),
        }
    }

    fn take(&mut self, token: Token) {
        match (&mut self.open, token.kind) {
            (None, TokenKind::Semicolon) => {}
            (None, TokenKind::Backslash) if self.syntax.psql => self.client_command(token.start),
            (Some(open), TokenKind::Semicolon) if open.ends(self.syntax) => self.close(token.end),
            (open, _) => {
                let open = open.get_or_insert_with(|| OpenStatement::new(token.start));
                open.extend(token, &self.script[token.start..token.end], self.syntax);
            }
        }
    }

    /// Ends the open statement, if there is one; the script goes on at `behind`.
    fn close(&mut self, behind: usize) {
        let Some(open) = self.open.take() else { return };
        let text = &self.script[open.start..open.end];
        let kind = match classify(text, self.syntax) {
            StatementKind::CopyIn { .. } => self.copy_in(behind),
            kind => kind,
        };
        self.push(open.start, text, kind);
    }

    /// A line that is written for psql, from its backslash to its end.
    fn client_command(&mut self, start: usize) {
        let end = self.line_end(start);
        self.tokens.skip_to(end);
        self.push(start, self.script[start..end].trim_end(), StatementKind::ClientCommand);
    }

    fn push(&mut self, offset: usize, text: &str, kind: StatementKind) {
        let line = self.lines.at(offset, self.script);
        self.statements.push(Statement { text: text.to_owned(), offset, line, kind });
    }

    /// Takes the data of a COPY. It begins on the next line; what stands behind the COPY on its own line comes after
    /// it, as for psql.
    fn copy_in(&mut self, behind: usize) -> StatementKind {
        let start = self.rest_of_line.unwrap_or_else(|| self.enter_line(behind));
        let (data, resume) = copy_data(&self.script[start..]);
        self.rest_of_line = Some(start + resume);
        StatementKind::CopyIn { data: data.to_owned() }
    }

    /// Holds the tokens to the rest of the line, and returns where the next line begins.
    fn enter_line(&mut self, position: usize) -> usize {
        let end = self.line_end(position);
        self.tokens = Tokens::within(self.script, position, end, self.syntax);
        (end + 1).min(self.script.len())
    }

    /// Goes from the end of a COPY's line to behind its data.
    fn leave_line(&mut self) -> Result<(), SplitError> {
        if let Some(open) = &self.open {
            return Err(SplitError { what: "a statement on the line of COPY … FROM stdin", offset: open.start });
        }
        let position = self.rest_of_line.take().unwrap_or(self.script.len());
        self.tokens = Tokens::within(self.script, position, self.script.len(), self.syntax);
        Ok(())
    }

    fn line_end(&self, position: usize) -> usize {
        self.script[position..].find('\n').map_or(self.script.len(), |length| position + length)
    }
}

impl OpenStatement {
    fn new(start: usize) -> OpenStatement {
        OpenStatement { start, end: start, parentheses: 0, body: Body::default() }
    }

    /// Whether a semicolon would end the statement here.
    fn ends(&self, syntax: Syntax) -> bool {
        !self.body.is_inside() && (self.parentheses == 0 || !syntax.grouped_statements)
    }

    fn extend(&mut self, token: Token, text: &str, syntax: Syntax) {
        self.end = token.end;
        self.parentheses = match token.kind {
            TokenKind::Open => self.parentheses + 1,
            TokenKind::Close => self.parentheses.saturating_sub(1),
            _ => self.parentheses,
        };
        self.body = match token.kind {
            TokenKind::Word => self.body.after_word(text, self.parentheses > 0, syntax),
            TokenKind::Semicolon => self.body.after_semicolon(),
            _ => self.body.after_other(),
        };
    }
}

/// The data lines at the start of `text`, and where the line behind their `\.` begins. Without a `\.` all is data.
fn copy_data(text: &str) -> (&str, usize) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if matches!(line, "\\.\n" | "\\.\r\n" | "\\.") {
            return (&text[..start], end);
        }
        start = end;
    }
    (text, text.len())
}

/// Counts lines from statement to statement, so that a script is counted through once.
struct Lines {
    offset: usize,
    line: usize,
}

impl Lines {
    fn at(&mut self, offset: usize, script: &str) -> usize {
        let passed = &script.as_bytes()[self.offset..offset];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.offset = offset;
        self.line
    }
}
