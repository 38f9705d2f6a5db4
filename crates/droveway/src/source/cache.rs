//! Schemas that were read before, in files under `.drove/cache`. A file's name is the checksum of everything that the
//! schema depends on, so nothing in it can be out of date.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::SystemTime,
};

use droveway_core::{bookkeeping::checksum, schema::Schema};

/// Files that are kept; the ones not read or written for the longest time go first.
const MOST_FILES: usize = 200;

/// A folder of schemas, or none.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// Nothing is kept.
    pub fn none() -> Self {
        Cache::default()
    }

    pub fn of_workspace(root: &Path) -> Self {
        Cache { folder: Some(root.join(".drove").join("cache")) }
    }

    pub fn is_kept(&self) -> bool {
        self.folder.is_some()
    }

    /// The name for what depends on these texts, and on the program.
    pub fn key<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
        let mut all = program();
        for part in parts {
            all.push_str(&format!("\n{}:", part.len()));
            all.push_str(part);
        }
        checksum(&all)
    }

    /// A schema that was kept; one that cannot be read was not.
    pub fn get(&self, key: &str) -> Option<Schema> {
        let path = self.path(key)?;
        let schema = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        let _ = fs::File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(schema)
    }

    /// Keeps a schema. That this fails is nothing that anything depends on.
    pub fn put(&self, key: &str, schema: &Schema) {
        if let (Some(folder), Some(path)) = (&self.folder, self.path(key)) {
            let _ = write(folder, &path, schema);
        }
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{key}.json")))
    }
}

/// Another build may read schemas in another way.
fn program() -> String {
    let file = std::env::current_exe().and_then(fs::metadata);
    let made = file.ok().and_then(|file| Some((file.len(), file.modified().ok()?)));
    format!("drove {} {made:?}", env!("CARGO_PKG_VERSION"))
}

fn write(folder: &Path, path: &Path, schema: &Schema) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let ignore = folder.with_file_name(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    file.write_all(&serde_json::to_vec(schema)?)?;
    file.persist(path).map_err(|error| error.error)?;
    remove_oldest(folder)
}

fn remove_oldest(folder: &Path) -> std::io::Result<()> {
    let mut files: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
        })
        .collect();
    files.sort();
    for (_, path) in files.iter().take(files.len().saturating_sub(MOST_FILES)) {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use droveway_core::schema::{Object, ObjectId};

    use super::*;

    #[test]
    fn a_schema_comes_back_as_it_was_kept_and_a_broken_file_does_not() {
        let folder = tempfile::tempdir().expect("there is room");
        let cache = Cache::of_workspace(folder.path());
        let mut schema = Schema::default();
        schema.add(Object::new(ObjectId::new("table", "public.t")));
        let key = Cache::key(["a", "b"]);
        assert_eq!(cache.get(&key), None);
        cache.put(&key, &schema);
        assert_eq!(cache.get(&key), Some(schema));
        assert_ne!(key, Cache::key(["ab", ""]));
        fs::write(cache.path(&key).expect("it has a folder"), "{").expect("the folder is ours");
        assert_eq!(cache.get(&key), None);
    }
}
