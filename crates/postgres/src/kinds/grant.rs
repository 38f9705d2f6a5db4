//! Access lists as plain data: who may do what, whoever granted it; and the statements from one list to another.

use std::collections::BTreeMap;

/// Stands for the owner of what a list is about, who may be called otherwise on the other side.
pub(crate) const OWNER: &str = "-";

/// The privileges of one grantee, and whether each may be granted on.
pub(crate) type Privileges = BTreeMap<String, bool>;

/// Privileges by grantee.
pub(crate) type Grants = BTreeMap<String, Privileges>;

/// The SQL for one entry of a list: alias `e` is a row of `aclexplode`, `owner` the object's owner.
pub(crate) fn entry(owner: &str) -> String {
    format!(
        "CASE e.grantee WHEN 0 THEN 'PUBLIC' WHEN {owner} THEN '{OWNER}'
            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) END
        || E'\\t' || e.privilege_type || E'\\t' || (e.is_grantable AND e.grantee <> {owner})"
    )
}

/// Adds one entry, as `entry` wrote it.
pub(crate) fn add(grants: &mut Grants, entry: &str) {
    let mut fields = entry.split('\t');
    if let (Some(grantee), Some(privilege), Some(grantable)) = (fields.next(), fields.next(), fields.next()) {
        let may_grant = grants.entry(grantee.to_owned()).or_default().entry(privilege.to_owned()).or_default();
        *may_grant |= grantable == "true";
    }
}

pub(crate) fn parse(text: &str) -> Grants {
    let mut grants = Grants::new();
    text.lines().for_each(|line| add(&mut grants, line));
    grants
}

/// The privileges that there are on a kind of object, named by the letter that `acldefault` takes for it.
pub(crate) fn all(letter: &str, version: u32) -> &'static [&'static str] {
    match letter {
        "c" => &["SELECT", "INSERT", "UPDATE", "REFERENCES"],
        "r" if version >= 17 => {
            &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"]
        }
        "r" => &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
        "s" => &["USAGE", "SELECT", "UPDATE"],
        "f" => &["EXECUTE"],
        "n" => &["USAGE", "CREATE"],
        "L" => &["SELECT", "UPDATE"],
        _ => &["USAGE"],
    }
}

/// What everybody has by himself, as `acldefault` says.
pub(crate) fn usual(letter: &str, version: u32) -> Grants {
    let full = |privileges: &[&str]| privileges.iter().map(|privilege| ((*privilege).to_owned(), false)).collect();
    let mut grants = Grants::new();
    if letter != "c" {
        grants.insert(OWNER.to_owned(), full(all(letter, version)));
    }
    if ["f", "l", "T"].contains(&letter) {
        grants.insert("PUBLIC".to_owned(), full(all(letter, version)));
    }
    grants
}

/// The list after the object has gone from one owner to another: the new one gets what the old one had, besides his.
pub(crate) fn given(grants: &mut Grants, from: &str, to: &str) {
    if from != to
        && let Some(own) = grants.remove(to)
    {
        grants.entry(OWNER.to_owned()).or_default().extend(own.into_keys().map(|privilege| (privilege, false)));
    }
}

/// What lists are about.
pub(crate) struct Target<'a> {
    /// What comes before GRANT: empty, or `ALTER DEFAULT PRIVILEGES …` with a space.
    pub prefix: String,
    /// `TABLE public.t`
    pub on: String,
    /// The one column of it, if the list is that of a column.
    pub column: Option<&'a str>,
    pub owner: &'a str,
    /// As for `all`.
    pub letter: &'a str,
    pub version: u32,
}

impl Target<'_> {
    fn list(&self, privileges: &[&str]) -> String {
        let all = all(self.letter, self.version);
        let is_all = all.iter().all(|privilege| privileges.contains(privilege));
        let mut named: Vec<&str> = privileges.to_vec();
        named.sort_by_key(|privilege| all.iter().position(|other| other == privilege).unwrap_or(all.len()));
        if is_all {
            named = vec!["ALL"];
        }
        let column = self.column.map(|column| format!(" ({column})")).unwrap_or_default();
        named.iter().map(|privilege| format!("{privilege}{column}")).collect::<Vec<_>>().join(", ")
    }

    fn role<'b>(&'b self, grantee: &'b str) -> &'b str {
        if grantee == OWNER { self.owner } else { grantee }
    }

    fn revoke(&self, grantee: &str, privileges: &[&str], option: &str) -> Option<String> {
        (!privileges.is_empty()).then(|| {
            let (prefix, on, role) = (&self.prefix, &self.on, self.role(grantee));
            format!("{prefix}REVOKE {option}{} ON {on} FROM {role}", self.list(privileges))
        })
    }

    pub(crate) fn grant(&self, grantee: &str, privileges: &[&str], may_grant: bool) -> Option<String> {
        (!privileges.is_empty()).then(|| {
            let (prefix, on, role) = (&self.prefix, &self.on, self.role(grantee));
            let option = if may_grant { " WITH GRANT OPTION" } else { "" };
            format!("{prefix}GRANT {} ON {on} TO {role}{option}", self.list(privileges))
        })
    }
}

/// The privileges of `have` that `want` has not, or has without the option to grant them.
pub(crate) fn lost(have: &Grants, want: &Grants) -> Vec<(String, String)> {
    let keeps = |grantee: &str, privilege: &str, may_grant: bool| {
        want.get(grantee).and_then(|own| own.get(privilege)).is_some_and(|option| *option || !may_grant)
    };
    let each = have.iter().flat_map(|(grantee, own)| own.iter().map(move |(name, option)| (grantee, name, *option)));
    each.filter(|(grantee, name, option)| !keeps(grantee, name, *option))
        .map(|(grantee, name, _)| (grantee.clone(), name.clone()))
        .collect()
}

/// The statements that lead from one list to another: first what is taken, then what is given.
pub(crate) fn change(target: &Target<'_>, have: &Grants, want: &Grants) -> Vec<String> {
    let nothing = Privileges::new();
    let mut grantees: Vec<&String> = have.keys().chain(want.keys()).collect();
    grantees.sort();
    grantees.dedup();
    let (mut taken, mut given) = (Vec::new(), Vec::new());
    for grantee in grantees {
        let old = have.get(grantee).unwrap_or(&nothing);
        let new = want.get(grantee).unwrap_or(&nothing);
        let of = |list: &'_ Privileges, keep: &dyn Fn(&str, bool) -> bool| -> Vec<String> {
            list.iter().filter(|(name, option)| keep(name, **option)).map(|(name, _)| name.clone()).collect()
        };
        let gone = of(old, &|name, _| !new.contains_key(name));
        let narrowed = of(old, &|name, option| option && new.get(name) == Some(&false));
        let added = of(new, &|name, option| !option && !old.contains_key(name));
        let widened = of(new, &|name, option| option && old.get(name) != Some(&true));
        taken.extend(target.revoke(grantee, &refs(&gone), ""));
        taken.extend(target.revoke(grantee, &refs(&narrowed), "GRANT OPTION FOR "));
        given.extend(target.grant(grantee, &refs(&added), false));
        given.extend(target.grant(grantee, &refs(&widened), true));
    }
    taken.into_iter().chain(given).collect()
}

fn refs(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Target<'static> {
        Target {
            prefix: String::new(),
            on: "TABLE t".to_owned(),
            column: None,
            owner: "alice",
            letter: "r",
            version: 15,
        }
    }

    #[test]
    fn what_is_taken_comes_before_what_is_given() {
        let have = parse("reader\tSELECT\tfalse\nreader\tINSERT\ttrue\n-\tSELECT\tfalse");
        let want = parse("reader\tINSERT\tfalse\nwriter\tUPDATE\ttrue\nwriter\tSELECT\tfalse");
        assert_eq!(
            change(&table(), &have, &want),
            [
                "REVOKE SELECT ON TABLE t FROM alice",
                "REVOKE SELECT ON TABLE t FROM reader",
                "REVOKE GRANT OPTION FOR INSERT ON TABLE t FROM reader",
                "GRANT SELECT ON TABLE t TO writer",
                "GRANT UPDATE ON TABLE t TO writer WITH GRANT OPTION",
            ]
        );
    }

    #[test]
    fn a_full_list_is_said_in_one_word() {
        let mut want = usual("r", 15);
        let own = want.remove(OWNER).unwrap_or_default();
        want.insert("writer".to_owned(), own);
        assert_eq!(change(&table(), &Grants::new(), &want), ["GRANT ALL ON TABLE t TO writer"]);
        let column = Target { column: Some("c"), letter: "c", ..table() };
        assert_eq!(
            change(&column, &Grants::new(), &parse("r\tSELECT\tfalse\nr\tUPDATE\tfalse")),
            ["GRANT SELECT (c), UPDATE (c) ON TABLE t TO r"]
        );
    }

    #[test]
    fn a_new_owner_keeps_what_he_had() {
        let mut grants = parse("-\tSELECT\tfalse\nbob\tINSERT\ttrue\ncarol\tSELECT\tfalse");
        given(&mut grants, "alice", "bob");
        assert_eq!(grants, parse("-\tSELECT\tfalse\n-\tINSERT\tfalse\ncarol\tSELECT\tfalse"));
    }
}
