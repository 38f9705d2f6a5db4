//! Modules stand in reading order: each uses only those declared above it, in `lib.rs` and in every folder alike.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One file that declares modules, where their files are, and how their paths begin.
struct Room {
    index: PathBuf,
    folder: PathBuf,
    path: Vec<String>,
}

#[test]
fn each_module_uses_only_modules_above_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut todo = vec![Room { index: source.join("lib.rs"), folder: source, path: Vec::new() }];
    let (mut wrong, mut checked) = (Vec::new(), 0);
    while let Some(room) = todo.pop() {
        let modules = declared(&read(&room.index));
        for (place, module) in modules.iter().enumerate() {
            let below = &modules[place + 1..];
            for file in files_of(&room.folder, module) {
                checked += 1;
                let used = used_paths(&read(&file));
                let is_below = |path: &&Vec<String>| {
                    path.starts_with(&room.path) && path.get(room.path.len()).is_some_and(|next| below.contains(next))
                };
                wrong.extend(
                    used.iter().filter(is_below).map(|path| format!("{}: {}", file.display(), path.join("::"))),
                );
            }
            todo.extend(inner_room(&room, module));
        }
    }
    assert!(checked > 10, "the modules are found: {checked}");
    assert!(wrong.is_empty(), "these paths lead down:\n{}", wrong.join("\n"));
}

#[test]
fn a_path_that_leads_down_would_be_found() {
    let text =
        "use crate::{\n    a::{b::C, d as e},\n    f,\n};\nfn g() -> crate::h::I { \"use crate::no;\" }\n// crate::j\n";
    let used: Vec<String> = used_paths(text).iter().map(|path| path.join("::")).collect();
    assert_eq!(used, ["a::b::C", "a::d", "f", "h::I", "no"]);
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The names of the modules that a file declares without a body.
fn declared(text: &str) -> Vec<String> {
    let declaration = |line: &str| {
        let line = line.strip_suffix(';')?;
        let name = line.strip_prefix("mod ").or_else(|| line.split_once(" mod ").map(|(_, name)| name))?;
        line.starts_with("pub").then_some(name).or_else(|| line.starts_with("mod ").then_some(name)).map(str::to_owned)
    };
    text.lines().filter_map(declaration).collect()
}

fn inner_room(room: &Room, module: &str) -> Option<Room> {
    let folder = room.folder.join(module);
    let index = [folder.join("mod.rs"), room.folder.join(format!("{module}.rs"))];
    let index = index.into_iter().find(|file| file.is_file()).filter(|_| folder.is_dir())?;
    let path = room.path.iter().cloned().chain([module.to_owned()]).collect();
    Some(Room { index, folder, path })
}

/// The module's own file and everything in its folder.
fn files_of(folder: &Path, module: &str) -> Vec<PathBuf> {
    let mut files = vec![folder.join(format!("{module}.rs"))];
    let mut todo = vec![folder.join(module)];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let target = if entry.path().is_dir() { &mut todo } else { &mut files };
            target.push(entry.path());
        }
    }
    files.retain(|file| file.is_file());
    files
}

/// Every path that begins with `crate::`, without that word; groups are written out.
fn used_paths(text: &str) -> Vec<Vec<String>> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
    let mut paths = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        let mut rest = &code[at + start.len()..];
        read_tree(&mut rest, &[], &mut paths);
    }
    paths
}

fn read_tree(rest: &mut &str, before: &[String], paths: &mut Vec<Vec<String>>) {
    let mut path = before.to_vec();
    loop {
        *rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            *rest = inner;
            return read_group(rest, &path, paths);
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        path.push(rest[..end].to_owned());
        *rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(next) => *rest = next,
            None => return paths.push(path),
        }
    }
}

fn read_group(rest: &mut &str, before: &[String], paths: &mut Vec<Vec<String>>) {
    while !rest.trim_start().starts_with('}') && !rest.is_empty() {
        read_tree(rest, before, paths);
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        *rest = rest[end..].strip_prefix(',').unwrap_or(&rest[end..]).trim_start();
    }
    *rest = rest.trim_start().strip_prefix('}').unwrap_or(rest);
}
