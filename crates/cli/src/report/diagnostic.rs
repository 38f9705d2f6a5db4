//! How an error is shown: what, which, where with a caret, and what to do next.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet as Source};
use droveway::{
    core::diagnostic::{Diagnostic, Snippet},
    problem::Problem,
};

/// Shows a problem on stderr; as a JSON object on stdout where answers are JSON.
pub fn show(problem: &Problem, json: bool) {
    match json {
        true => out!("{}", as_json(problem)),
        false => talk!("{}", render(problem.diagnostic.as_ref())),
    }
}

pub fn as_json(problem: &Problem) -> serde_json::Value {
    let diagnostic = &problem.diagnostic;
    let place = diagnostic.snippet().map(|snippet| serde_json::json!({"path": snippet.path, "line": snippet.line()}));
    serde_json::json!({
        "error": diagnostic.code(),
        "message": diagnostic.to_string(),
        "help": diagnostic.help(),
        "notes": diagnostic.notes(),
        "place": place,
        "exit": problem.exit as u8,
    })
}

/// The lines of an error, with colours that the stream may take off.
pub fn render(diagnostic: &(dyn Diagnostic + Send + Sync)) -> String {
    let title = diagnostic.to_string();
    let mut group = annotate_snippets::Group::with_title(Level::ERROR.primary_title(&title));
    let snippet = diagnostic.snippet().filter(|snippet| !snippet.text.is_empty());
    if let Some(snippet) = &snippet {
        group = group.element(source(snippet));
    }
    let notes = diagnostic.notes();
    for note in &notes {
        group = group.element(Level::NOTE.message(note));
    }
    let help = diagnostic.help();
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::styled().term_width(120).render(&[group])
}

fn source(snippet: &Snippet) -> Source<'_, annotate_snippets::Annotation<'_>> {
    let end = snippet.span.end.clamp(snippet.span.start, snippet.text.len());
    Source::source(&snippet.text)
        .path(&snippet.path)
        .line_start(snippet.first_line)
        .fold(true)
        .annotation(AnnotationKind::Primary.span(snippet.span.start.min(end)..end).label(&snippet.label))
}
