//! What goes away with an extension without being a member of it: DEPENDS ON EXTENSION.

use droveway_core::schema::{Context, Object, ObjectKind, Schema, Sql};

use super::{CatalogKind, address, subject::name_after};

pub(crate) struct ExtensionDependencyKind;

impl CatalogKind for ExtensionDependencyKind {
    fn catalog(&self) -> u32 {
        0
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT d.classid AS class, d.objid AS oid,
    d.classid || '/' || d.objid || ' ' || e.extname AS name,
    d.classid || '/' || d.objid AS owner,
    '3079/' || e.oid AS needs,
    pg_catalog.quote_ident(e.extname) AS extension
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
WHERE d.deptype = 'x' AND d.refclassid = 3079"
                .to_owned(),
        )
    }

    fn finish(&self, schema: &mut Schema) {
        name_after(schema, self.name(), |dependency, subject| {
            address(subject).map(|_| format!("{} on {}", subject.id, dependency.text("extension")))
        });
    }
}

fn alter(dependency: &Object, schema: &Schema, verb: &str) -> Vec<Sql> {
    let subject = dependency.owner.as_ref().and_then(|owner| schema.get(owner)).and_then(address);
    let extension = dependency.text("extension");
    subject.into_iter().map(|subject| format!("ALTER {subject} {verb} ON EXTENSION {extension}").into()).collect()
}

impl ObjectKind for ExtensionDependencyKind {
    fn name(&self) -> &'static str {
        "extension dependency"
    }

    fn create(&self, object: &Object, _parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        alter(object, at.want, "DEPENDS")
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        alter(object, at.have, "NO DEPENDS")
    }
}
