//! The pages of the guide and the README are true: every command in a ```` ```console ```` block runs in a real shell, in
//! a fresh copy of the example, and what stands below it is what it says.
//!
//! - A page has one sandbox and one shell; folders and variables last from block to block.
//! - ```` ```sql file=NAME ```` puts the block into a file of the workspace when the page comes to it.
//! - A command succeeds, unless the last line below it is `# exit code N`.
//! - Lines below a command are its whole output, errors included; `...` stands for any number of lines. Times, dates and
//!   the sandbox's place are the same everywhere. A command with nothing below it may say what it likes.
//! - Commands in a ```` ```sh ```` block need what the sandbox has not; each such block is in the list `NOT_RUN`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use droveway_testkit::{Cluster, Options, drove, repo_root, sandbox};

/// Blocks of commands that no test runs: page, first line, why.
const NOT_RUN: &[(&str, &str, &str)] = &[
    ("README.md", "cargo run --release -- --workspace examples/indexer up", "it builds the program"),
    ("README.md", "scripts/test", "it runs this test"),
    ("README.md", "export INDEXER_DB_HOST=127.0.0.1 INDEXER_DB_USER=me INDEXER_DB_PASSWORD=…", "needs a server"),
    ("docs/guide/best-practices.md", "pg_dump blub_test > blub_test_before_migration.sql", "needs a server"),
    ("docs/guide/variables.md", "export DROVE_PROFILE=postgres", "needs a server"),
    ("docs/guide/variables.md", "export MODEL_DATABASE_URL=postgresql://user:pass@host:5432/dbname", "needs a server"),
];

/// Pages that have a PostgreSQL server of their own, in the variables of the guide.
const WITH_SERVER: &[&str] = &["docs/guide/autogenerate.md"];

/// Languages of blocks that hold no command.
const QUIET: [&str; 3] = ["", "sql", "toml"];

macro_rules! pages {
    ($($test:ident: $path:literal),* $(,)?) => {
        const PAGES: &[&str] = &[$($path),*];
        $(#[test]
        fn $test() {
            run_page($path);
        })*
    };
}

pages! {
    the_readme_is_true: "README.md",
    the_guide_begins_truly: "docs/guide/README.md",
    adding_columns_is_true: "docs/guide/adding-columns.md",
    autogenerate_is_true: "docs/guide/autogenerate.md",
    best_practices_is_true: "docs/guide/best-practices.md",
    infrastructure_migrations_is_true: "docs/guide/infrastructure-migrations.md",
    model_migrations_is_true: "docs/guide/model-migrations.md",
    new_event_table_is_true: "docs/guide/new-event-table.md",
    new_model_is_true: "docs/guide/new-model.md",
    rolling_back_is_true: "docs/guide/rolling-back.md",
    templates_is_true: "docs/guide/templates.md",
    troubleshooting_is_true: "docs/guide/troubleshooting.md",
    variables_is_true: "docs/guide/variables.md",
}

#[test]
fn no_page_of_the_guide_is_forgotten() {
    let entries = fs::read_dir(repo_root().join("docs/guide")).unwrap();
    let names = entries.map(|entry| format!("docs/guide/{}", entry.unwrap().file_name().display()));
    let there: BTreeSet<String> = names.filter(|name| name.ends_with(".md")).chain(["README.md".to_owned()]).collect();
    assert_eq!(there, PAGES.iter().map(|page| (*page).to_owned()).collect());
}

#[test]
fn a_block_that_is_not_run_is_in_a_page() {
    for (page, first_line, _) in NOT_RUN {
        let there = blocks(page).iter().any(|block| block.language == "sh" && block.text.starts_with(first_line));
        assert!(there, "{page} has no block of sh that begins with {first_line:?}");
    }
}

/// One fenced block of a page.
struct Block {
    language: String,
    file: Option<String>,
    text: String,
    /// Of its first line of text.
    line: usize,
}

/// One command and what a page says about it.
#[derive(Debug, Clone)]
struct Told {
    command: String,
    output: Vec<String>,
    exit: i32,
    line: usize,
}

/// What a page does, in its order.
enum Act {
    Write { file: String, text: String },
    Run(Told),
}

fn run_page(page: &str) {
    let acts = blocks(page).into_iter().flat_map(|block| acts(page, block)).collect::<Vec<_>>();
    let told: Vec<&Told> = acts.iter().filter_map(told).collect();
    assert!(!told.is_empty(), "{page} runs no command");
    let workspace = sandbox("examples/indexer");
    let root = workspace.path().canonicalize().unwrap();
    let server = WITH_SERVER.contains(&page).then(|| Cluster::start(&Options::default()));
    let heard = perform(&acts, &root, server.as_ref());
    let mut wrong: Vec<String> =
        told.iter().zip(&heard).filter_map(|(told, heard)| difference(page, told, heard)).collect();
    if heard.len() != told.len() {
        wrong.push(format!("{page}: {} commands, but the shell ended after {}", told.len(), heard.len()));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn told(act: &Act) -> Option<&Told> {
    match act {
        Act::Run(told) => Some(told),
        Act::Write { .. } => None,
    }
}

fn blocks(page: &str) -> Vec<Block> {
    let text = fs::read_to_string(repo_root().join(page)).unwrap();
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (line, number) in text.lines().zip(1..) {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        assert!(
            !fence || line.starts_with("```"),
            "{page}:{number}: a block begins at the margin, with three backticks"
        );
        match (&mut open, fence) {
            (None, true) => open = Some(block(page, line, number)),
            (Some(_), true) => blocks.extend(open.take()),
            (Some(block), false) => block.text.extend([line, "\n"]),
            (None, false) => {
                assert!(
                    !line.starts_with("    $ ") && !line.starts_with("$ "),
                    "{page}:{number}: a command outside a block"
                );
            }
        }
    }
    assert!(open.is_none(), "{page}: the last block has no end");
    blocks
}

fn block(page: &str, fence: &str, number: usize) -> Block {
    let mut words = fence.trim_start_matches('`').split_whitespace();
    let language = words.next().unwrap_or_default().to_owned();
    let file = words.next().map(|word| match word.strip_prefix("file=") {
        Some(name) if language == "sql" => name.to_owned(),
        _ => panic!("{page}:{number}: {word} says nothing to this test"),
    });
    Block { language, file, text: String::new(), line: number + 1 }
}

fn acts(page: &str, block: Block) -> Vec<Act> {
    let place = format!("{page}:{}", block.line);
    match (block.language.as_str(), block.file) {
        (_, Some(file)) => vec![Act::Write { file, text: block.text }],
        ("console", None) => commands(&place, &block.text, block.line),
        ("sh", None) => {
            let known = NOT_RUN.iter().any(|(of, line, _)| *of == page && block.text.starts_with(line));
            assert!(known, "{place}: mark these commands as console, or say in NOT_RUN why they are not run");
            Vec::new()
        }
        (language, None) => {
            assert!(QUIET.contains(&language), "{place}: this test does not know what {language} is");
            Vec::new()
        }
    }
}

fn commands(place: &str, text: &str, first_line: usize) -> Vec<Act> {
    let mut commands: Vec<Told> = Vec::new();
    for (line, number) in text.lines().zip(first_line..) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => {
                commands.push(Told { command: command.to_owned(), output: Vec::new(), exit: 0, line: number });
            }
            (None, Some(told)) => told.output.push(line.to_owned()),
            (None, None) => panic!("{place}: the block does not begin with a command (`$ …`)"),
        }
    }
    assert!(!commands.is_empty(), "{place}: the block is empty");
    commands.iter_mut().for_each(take_exit_code);
    commands.into_iter().map(Act::Run).collect()
}

fn take_exit_code(told: &mut Told) {
    let code = told.output.last().and_then(|line| line.strip_prefix("# exit code ")).map(str::to_owned);
    if let Some(code) = code {
        told.exit = code.parse().expect("an exit code is a number");
        told.output.pop();
    }
}

/// What a command really said.
struct Heard {
    output: Vec<String>,
    exit: i32,
}

/// Stands in the shell's output behind every command, with the command's exit code.
const END: &str = "--8<-- exit ";

/// Does what the page says, in one shell that stands in the workspace at first.
fn perform(acts: &[Act], root: &Path, server: Option<&Cluster>) -> Vec<Heard> {
    let texts = tempfile::tempdir().unwrap();
    let mut script = "exec 2>&1\n".to_owned();
    for (number, act) in acts.iter().enumerate() {
        match act {
            Act::Run(told) => script.push_str(&format!("{}\nprintf '\\n{END}%s\\n' $?\n", told.command)),
            Act::Write { file, text } => {
                let kept = texts.path().join(number.to_string());
                fs::write(&kept, text).unwrap();
                script.push_str(&format!("cp '{}' '{}' || exit\n", kept.display(), root.join(file).display()));
            }
        }
    }
    let script_file = texts.path().join("page.sh");
    fs::write(&script_file, script).unwrap();
    heard(&shell(&script_file, root, server), root)
}

fn shell(script: &Path, root: &Path, server: Option<&Cluster>) -> String {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_drove"));
    let folder = binary.parent().expect("the binary lies in a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([folder.to_owned()].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut command = drove("sh");
    command.arg(script).current_dir(root).env("PATH", path).env("PWD", root).stdin(Stdio::null());
    if let Some(server) = server {
        command
            .env("INDEXER_DB_HOST", server.host())
            .env("INDEXER_DB_PORT", server.port().to_string())
            .env("INDEXER_DB_USER", server.superuser())
            .env("INDEXER_DB_PASSWORD", server.password());
    }
    let output = command.output().expect("there is a shell");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn heard(output: &str, root: &Path) -> Vec<Heard> {
    let mut all = Vec::new();
    let mut lines = Vec::new();
    for line in output.lines() {
        match line.strip_prefix(END) {
            Some(exit) => {
                let exit = exit.parse().expect("the shell writes a number");
                all.push(Heard { output: settled(lines.drain(..), root), exit });
            }
            None => lines.push(line.to_owned()),
        }
    }
    all
}

/// What the page says differently, with both sides shown.
fn difference(page: &str, told: &Told, heard: &Heard) -> Option<String> {
    let expected = settled(told.output.iter().cloned(), Path::new("/nowhere"));
    let same_output = expected.is_empty() || matches(&expected, &heard.output);
    if same_output && told.exit == heard.exit {
        return None;
    }
    let mut shown = heard.output.clone();
    if heard.exit != 0 {
        shown.push(format!("# exit code {}", heard.exit));
    }
    Some(format!(
        "{page}:{}: the page says\n{}\nbut it is\n$ {}\n{}\n",
        told.line,
        as_told(told),
        told.command,
        shown.join("\n")
    ))
}

fn as_told(told: &Told) -> String {
    let mut lines = vec![format!("$ {}", told.command)];
    lines.extend(told.output.iter().cloned());
    if told.exit != 0 {
        lines.push(format!("# exit code {}", told.exit));
    }
    lines.join("\n")
}

/// Whether the lines are the expected ones, where `...` stands for any number of lines.
fn matches(expected: &[String], lines: &[String]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => (0..=lines.len()).any(|taken| matches(rest, &lines[taken..])),
        Some((first, rest)) => lines.split_first().is_some_and(|(line, lines)| line == first && matches(rest, lines)),
    }
}

/// Lines as they would be on any machine at any time, without empty ones at the end.
fn settled(lines: impl IntoIterator<Item = String>, root: &Path) -> Vec<String> {
    let root = root.display().to_string();
    let mut settled: Vec<String> =
        lines.into_iter().map(|line| settled_line(&line.replace(&root, "/srv/me/indexer"))).collect();
    while settled.last().is_some_and(String::is_empty) {
        settled.pop();
    }
    settled
}

/// A line with the same time and date as every other. In a table with times every column is two spaces from the next, for
/// how wide a column is depends on the times in it.
fn settled_line(line: &str) -> String {
    let (settled, timed) = settled_words(line);
    if !timed && !line.contains("  TIME  ") {
        return settled;
    }
    let indent = &line[..line.len() - line.trim_start().len()];
    let columns = settled.split("  ").map(str::trim).filter(|column| !column.is_empty());
    format!("{indent}{}", columns.collect::<Vec<_>>().join("  "))
}

/// The line, and whether a time is in it.
fn settled_words(line: &str) -> (String, bool) {
    let mut timed = false;
    let mut words: Vec<&str> = line.split(' ').collect();
    for index in 0..words.len() {
        let is_unit = words.get(index + 1).is_some_and(|unit| ["ms", "s"].contains(unit));
        if is_unit && words[index].parse::<f64>().is_ok() {
            timed = true;
            words[index] = "5";
            words[index + 1] = "ms";
        }
        if is_date(words[index]) {
            words[index] = "2026-11-22T15:42:33Z";
        }
    }
    (words.join(" "), timed)
}

/// `2026-11-22T15:42:33Z`
fn is_date(word: &str) -> bool {
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00Z"
}
