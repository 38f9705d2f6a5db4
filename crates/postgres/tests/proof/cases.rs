//! Case folders: `tests/cases/<name>/{old,new}.sql` are two states of a schema. The way from one to the other, and back,
//! must end in what the other one is, by our reading and by that of pg_dump. Where there is `check.sql`, psql must
//! print `check.expected` after the upgrade; `roles` names roles that must be there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use droveway_testkit::Cluster;

use crate::{
    journey::{Check, there_and_back},
    report::{Outcome, conclude, is_wanted, run_all, wait},
    state::{Scratch, make_roles, own_cluster},
};

fn read(folder: &Path, file: &str) -> Result<String, String> {
    fs::read_to_string(folder.join(file)).map_err(|error| format!("{file}: {error}"))
}

/// Leads from a folder's old schema to its new one and back.
pub fn prove(cluster: &Cluster, folder: &Path) -> Result<(), String> {
    let load = |file: &str| {
        let database = Scratch::make(cluster)?;
        wait(database.run(&read(folder, file)?)).map_err(|error| format!("{file}: {error}"))?;
        Ok::<_, String>(database)
    };
    let check = match folder.join("check.sql").is_file() {
        true => Some(Check { query: read(folder, "check.sql")?, expected: read(folder, "check.expected")? }),
        false => None,
    };
    let (old, new) = (load("old.sql")?, load("new.sql")?);
    wait(there_and_back(&old, &new, check.as_ref()))
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<_> = fs::read_dir(root).expect("cases").map(|entry| entry.expect("entry").path()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn each_case_leads_to_the_other_state_and_back() {
    let cluster = own_cluster();
    let folders: Vec<PathBuf> = folders().into_iter().filter(|folder| is_wanted(&name(folder))).collect();
    let named: Vec<String> = folders.iter().filter_map(|folder| read(folder, "roles").ok()).collect();
    let roles: BTreeSet<&str> = named.iter().flat_map(|text| text.split_whitespace()).collect();
    make_roles(&cluster, &roles.into_iter().collect::<Vec<_>>());
    let outcomes = run_all(folders, |folder| {
        vec![Outcome { suite: "cases".to_owned(), case: name(&folder), result: prove(&cluster, &folder) }]
    });
    conclude("cases", &outcomes, &[]);
}
