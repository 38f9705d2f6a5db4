//! Subscriptions, as pg_dump makes them: without a connection, so that nothing is replicated before somebody says so.
//! Whether one is enabled is the operator's matter and not compared. A password in the connection string is neither
//! shown nor compared.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{CatalogKind, table::literal};

pub(crate) struct SubscriptionKind;

/// Keyword of a connection string with its value, plain or between quotes.
const SECRET_SETTING: &str = r"(password|sslpassword)\s*=\s*(''(?:[^''\\]|\\.)*''|(?:[^\s\\]|\\.)*)\s*";
/// The password in a URL, after the user's name, and as a parameter.
const SECRET_IN_URL: &str = r"^(postgres(?:ql)?://[^:/?#@]*):[^@/?#]*@";
const SECRET_PARAMETER: &str = r"(?<=[?&])(?:ssl)?password=[^&]*&?";

impl CatalogKind for SubscriptionKind {
    fn catalog(&self) -> u32 {
        6100
    }

    fn query(&self, version: u32) -> Option<String> {
        let since = |first: u32, sql: &'static str| if version >= first { sql } else { "NULL" };
        let streaming = match version {
            ..14 => "NULL",
            14 | 15 => "CASE WHEN s.substream THEN 'on' END",
            _ => "CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END",
        };
        // From 18 on a new subscription streams in parallel.
        let streaming = match version {
            18.. => "CASE s.substream WHEN 't' THEN 'on' WHEN 'f' THEN 'off' END",
            _ => streaming,
        };
        Some(format!(
            "SELECT x.oid, x.name,
    CASE WHEN x.shown <> x.conninfo THEN 't' END AS secret,
    x.shown AS connection, x.publications, x.slot, x.synchronous_commit, x.binary, x.streaming, x.two_phase,
    x.disable_on_error, x.password_required, x.run_as_owner, x.origin, x.failover
FROM (
    SELECT s.oid, pg_catalog.quote_ident(s.subname) AS name,
        c.conninfo,
        pg_catalog.btrim(CASE WHEN c.conninfo ~* '^postgres(ql)?://' THEN
            pg_catalog.rtrim(pg_catalog.regexp_replace(pg_catalog.regexp_replace(c.conninfo,
                '{SECRET_IN_URL}', '\\1@', 'i'), '{SECRET_PARAMETER}', '', 'gi'), '?&')
            ELSE pg_catalog.regexp_replace(c.conninfo, '{SECRET_SETTING}', '', 'gi') END) AS shown,
        (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.name), ', ' ORDER BY p.place)
         FROM pg_catalog.unnest(s.subpublications) WITH ORDINALITY AS p (name, place)) AS publications,
        s.subslotname AS slot,
        NULLIF(s.subsynccommit, 'off') AS synchronous_commit,
        {} AS binary,
        {streaming} AS streaming,
        {} AS two_phase,
        {} AS disable_on_error,
        {} AS password_required,
        {} AS run_as_owner,
        {} AS origin,
        {} AS failover
    FROM pg_catalog.pg_subscription AS s
    -- The connection string is for superusers: who is none may not even name the column.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') THEN
            pg_catalog.convert_from(pg_catalog.decode(pg_catalog.\"substring\"(pg_catalog.query_to_xml(
                'SELECT pg_catalog.encode(pg_catalog.convert_to(subconninfo, ''UTF8''), ''hex'') AS c
                 FROM pg_catalog.pg_subscription WHERE oid = ' || s.oid, true, true, '')::pg_catalog.text,
                '<c>([0-9a-f]*)</c>'), 'hex'), 'UTF8') END
    ) AS c (conninfo)
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
) AS x",
            since(14, "CASE WHEN s.subbinary THEN 't' END"),
            since(15, "CASE WHEN s.subtwophasestate <> 'd' THEN 't' END"),
            since(15, "CASE WHEN s.subdisableonerr THEN 't' END"),
            since(16, "CASE WHEN NOT s.subpasswordrequired THEN 'f' END"),
            since(16, "CASE WHEN s.subrunasowner THEN 't' END"),
            since(16, "NULLIF(s.suborigin, 'any')"),
            since(17, "CASE WHEN s.subfailover THEN 't' END"),
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("SUBSCRIPTION {}", object.name()))
    }
}

/// Options that are usual when they are not there, with that usual value.
const OPTIONS: [(&str, &str); 9] = [
    ("synchronous_commit", "off"),
    ("binary", "f"),
    ("streaming", "off"),
    ("two_phase", "f"),
    ("disable_on_error", "f"),
    ("password_required", "t"),
    ("run_as_owner", "f"),
    ("origin", "any"),
    ("failover", "f"),
];

fn option(subscription: &Object, field: &str, usual: &str, version: u32) -> String {
    let usual = if field == "streaming" && version >= 18 { "parallel" } else { usual };
    match subscription.get(field).unwrap_or(usual) {
        "t" => format!("{field} = true"),
        "f" => format!("{field} = false"),
        other => format!("{field} = {}", literal(other)),
    }
}

fn slot(subscription: &Object) -> String {
    format!("slot_name = {}", subscription.get("slot").map_or_else(|| "NONE".to_owned(), literal))
}

fn unsaid(sql: String, subscription: &Object) -> Sql {
    match subscription.flag("secret") {
        false => sql.into(),
        true => Sql::new(sql).with_risk(format!(
            "leaves out the password of subscription {}: secrets are not written, set the connection by hand",
            subscription.name()
        )),
    }
}

impl ObjectKind for SubscriptionKind {
    fn name(&self) -> &'static str {
        "subscription"
    }

    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.definition.differs_only_in(&want.definition, &["secret"])
    }

    fn create(&self, object: &Object, _parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        let mut options = vec!["connect = false".to_owned(), slot(object)];
        options.extend(
            OPTIONS
                .iter()
                .filter(|(field, _)| object.get(field).is_some())
                .map(|(field, usual)| option(object, field, usual, at.have.facts.version)),
        );
        let sql = format!(
            "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH ({})",
            object.name(),
            literal(object.text("connection")),
            object.text("publications"),
            options.join(", ")
        );
        vec![unsaid(sql, object)]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        let drop = format!("DROP SUBSCRIPTION {}", object.name());
        let Some(slot) = object.get("slot") else { return vec![drop.into()] };
        // Without its slot it is dropped inside a transaction, and when the publisher is away.
        vec![
            format!("ALTER SUBSCRIPTION {} DISABLE", object.name()).into(),
            format!("ALTER SUBSCRIPTION {} SET (slot_name = NONE)", object.name()).into(),
            Sql::new(drop).with_risk(format!("leaves replication slot {slot} on the publisher, if it is there")),
        ]
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        let differs = |field: &str| have.get(field) != want.get(field);
        let version = at.have.facts.version;
        if (differs("two_phase") && version < 18) || (differs("failover") && want.get("slot").is_some()) {
            return Alteration::Replace;
        }
        let name = want.name();
        let mut sql = Vec::new();
        if differs("connection") {
            let connection = literal(want.text("connection"));
            sql.push(unsaid(format!("ALTER SUBSCRIPTION {name} CONNECTION {connection}"), want));
        }
        if differs("publications") {
            let publications = want.text("publications");
            sql.push(format!("ALTER SUBSCRIPTION {name} SET PUBLICATION {publications} WITH (refresh = false)").into());
        }
        let mut options: Vec<String> = OPTIONS
            .iter()
            .filter(|(field, _)| differs(field))
            .map(|(field, usual)| option(want, field, usual, version))
            .collect();
        if differs("slot") {
            if want.get("slot").is_none() {
                sql.push(format!("ALTER SUBSCRIPTION {name} DISABLE").into());
            }
            options.insert(0, slot(want));
        }
        if !options.is_empty() {
            sql.push(format!("ALTER SUBSCRIPTION {name} SET ({})", options.join(", ")).into());
        }
        Alteration::InPlace(sql)
    }
}
