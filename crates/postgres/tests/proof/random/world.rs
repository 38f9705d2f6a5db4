//! A schema of many kinds as a handful of decisions, and as SQL. Names are fixed by their place, so two worlds share
//! them. A column keeps to its family of types: a value of one is a value of all others, so rows can be kept.

use super::genome::Genome;

const TABLES: usize = 4;
const FAMILIES: [(&[&str], &str); 6] = [
    (&["integer", "bigint", "numeric(10,2)", "text"], "1"),
    (&["text", "e0", "character varying(20)", "d0"], "a"),
    (&["timestamp with time zone", "date", "timestamp without time zone"], "2024-05-06"),
    (&["jsonb", "json", "text"], "[1]"),
    (&["integer[]", "text[]", "bigint[]"], "{1,2}"),
    (&["boolean", "text"], "true"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Column {
    kind: &'static str,
    has_default: bool,
    not_null: bool,
    index: u8,
    has_comment: bool,
}

#[derive(Debug, Clone)]
struct Table {
    id: &'static str,
    identity: u8,
    columns: [Option<Column>; FAMILIES.len()],
    computed: u8,
    check: u8,
    reference: u8,
    policy: u8,
    trigger: u8,
    has_comment: bool,
}

#[derive(Debug, Clone)]
pub struct World {
    labels: u8,
    domain: u8,
    composite: u8,
    sequence: u8,
    tables: [Option<Table>; TABLES],
    function: u8,
    views: [u8; 2],
    matview: u8,
    partitions: u8,
}

fn column(genome: &mut Genome<'_>, kinds: &[&'static str]) -> Option<Column> {
    let is_there = genome.chance(65);
    let column = Column {
        kind: genome.one(kinds),
        has_default: genome.chance(40),
        not_null: genome.chance(30),
        index: genome.number(8),
        has_comment: genome.chance(15),
    };
    is_there.then_some(column)
}

fn table(genome: &mut Genome<'_>) -> Option<Table> {
    let is_there = genome.chance(80);
    let table = Table {
        id: genome.one(&["integer", "bigint"]),
        identity: genome.number(4),
        columns: FAMILIES.map(|(kinds, _)| column(genome, kinds)),
        computed: genome.number(4),
        check: genome.number(4),
        reference: genome.number(5),
        policy: genome.number(4),
        trigger: genome.number(3),
        has_comment: genome.chance(20),
    };
    is_there.then_some(table)
}

impl World {
    pub fn of(bytes: &[u8]) -> Self {
        let mut genome = Genome::new(bytes);
        World {
            labels: genome.number(4),
            domain: genome.number(3),
            composite: genome.number(3),
            sequence: genome.number(3),
            function: genome.number(4),
            views: [genome.number(4), genome.number(3)],
            matview: genome.number(3),
            partitions: genome.number(4),
            tables: std::array::from_fn(|_| table(&mut genome)),
        }
    }

    pub fn sql(&self) -> String {
        let mut sql = vec![self.types()];
        sql.extend(self.sequence());
        sql.extend(self.functions());
        for (at, table) in self.tables() {
            sql.push(table.sql(at));
        }
        for (at, table) in self.tables() {
            sql.extend(self.reference(at, table));
        }
        sql.extend(self.views());
        sql.extend(self.partitions());
        sql.join("\n")
    }

    fn tables(&self) -> impl Iterator<Item = (usize, &Table)> {
        self.tables.iter().enumerate().filter_map(|(at, table)| Some((at, table.as_ref()?)))
    }

    fn types(&self) -> String {
        let labels = ["'a'", "'a', 'b'", "'b', 'a', 'c'", "'c', 'a'"][usize::from(self.labels)];
        let domain = ["", " CHECK (VALUE <> 'z')", " DEFAULT 'q' CHECK (length(VALUE) < 50)"][usize::from(self.domain)];
        let composite = ["", "CREATE TYPE c0 AS (x integer);", "CREATE TYPE c0 AS (x bigint, y e0);"];
        let composite = composite[usize::from(self.composite)];
        format!("CREATE TYPE e0 AS ENUM ({labels});\nCREATE DOMAIN d0 AS text{domain};\n{composite}")
    }

    fn sequence(&self) -> Option<String> {
        let options = ["", " INCREMENT 2 START 3", " AS integer MINVALUE 5 CYCLE"];
        (self.sequence > 0).then(|| format!("CREATE SEQUENCE s0{};", options[usize::from(self.sequence)]))
    }

    fn functions(&self) -> Vec<String> {
        let body = match self.function {
            0 => None,
            1 => Some("CREATE FUNCTION f0(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';"),
            2 => Some("CREATE FUNCTION f0(y integer) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT y::bigint';"),
            _ => Some("CREATE FUNCTION f0(x integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN x + 2;"),
        };
        let touch = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";
        let needs_touch = self.tables().any(|(_, table)| table.trigger > 0);
        body.into_iter().chain(needs_touch.then_some(touch)).map(str::to_owned).collect()
    }

    /// A foreign key to the next table, if that is there.
    fn reference(&self, at: usize, table: &Table) -> Option<String> {
        let to = (at + 1) % TABLES;
        self.tables[to].as_ref()?;
        let action =
            ["", "", " ON DELETE CASCADE", " ON UPDATE CASCADE DEFERRABLE", " NOT VALID"][usize::from(table.reference)];
        (table.reference > 0).then(|| {
            format!("ALTER TABLE t{at} ADD CONSTRAINT t{at}_ref FOREIGN KEY (r) REFERENCES t{to} (id){action};")
        })
    }

    fn views(&self) -> Vec<String> {
        let mut sql = Vec::new();
        let Some(table) = &self.tables[0] else { return sql };
        let columns: Vec<String> = table.present().map(|(at, _)| format!(", c{at}")).collect();
        if self.views[0] > 0 {
            let what = ["", "id", "id + 1 AS id", "id::text AS id"][usize::from(self.views[0])];
            sql.push(format!("CREATE VIEW v0 AS SELECT {what}{} FROM t0;", columns.concat()));
            if self.views[1] > 0 {
                let filter = if self.views[1] == 2 { " WHERE id IS NOT NULL" } else { "" };
                sql.push(format!("CREATE VIEW v1 AS SELECT * FROM v0{filter};"));
                sql.push("COMMENT ON VIEW v1 IS 'over another';".to_owned());
            }
        }
        if self.matview > 0 {
            let what = if self.matview == 2 { "id" } else { "id AS number" };
            sql.push(format!("CREATE MATERIALIZED VIEW m0 AS SELECT {what}{} FROM t0;", columns.concat()));
            sql.push(format!("CREATE INDEX m0_i ON m0 ({});", if self.matview == 2 { "id" } else { "number" }));
        }
        sql
    }

    fn partitions(&self) -> Vec<String> {
        let mut sql = Vec::new();
        if self.partitions == 0 {
            return sql;
        }
        sql.push("CREATE TABLE p (k integer, note text) PARTITION BY RANGE (k);".to_owned());
        sql.push("CREATE INDEX p_note ON p (note);".to_owned());
        for part in 0..self.partitions {
            let (from, to) = (u16::from(part) * 10, u16::from(part) * 10 + 10);
            sql.push(format!("CREATE TABLE p{part} PARTITION OF p FOR VALUES FROM ({from}) TO ({to});"));
        }
        sql
    }

    /// One row in each table.
    pub fn rows(&self) -> String {
        let of = |(at, table): (usize, &Table)| {
            let names: String = table.present().map(|(at, _)| format!(", c{at}")).collect();
            let values: String = table.present().map(|(at, _)| format!(", '{}'", FAMILIES[at].1)).collect();
            let overriding = if table.identity == 1 { " OVERRIDING SYSTEM VALUE" } else { "" };
            format!("INSERT INTO t{at} (id{names}){overriding} VALUES (1{values});\n")
        };
        self.tables().map(of).collect()
    }

    /// Counts the rows of what is in both worlds, and prints their columns that keep their type.
    pub fn query_of_what_stays(&self, other: &World) -> String {
        let mut query = String::from("SELECT 'rows';\n");
        for (at, table) in self.tables() {
            let Some(new) = &other.tables[at] else { continue };
            let kept = table.present().filter(|(at, old)| new.columns[*at].is_some_and(|new| new.kind == old.kind));
            let columns: String = kept.map(|(at, _)| format!(", c{at}")).collect();
            query.push_str(&format!("SELECT {at}, id{columns} FROM t{at};\n"));
        }
        query
    }
}

impl Table {
    fn present(&self) -> impl Iterator<Item = (usize, Column)> {
        self.columns.iter().enumerate().filter_map(|(at, column)| Some((at, (*column)?)))
    }

    fn sql(&self, at: usize) -> String {
        let identity = ["", " GENERATED ALWAYS AS IDENTITY", " GENERATED BY DEFAULT AS IDENTITY (INCREMENT 2)", ""];
        let mut lines = vec![format!("id {}{} PRIMARY KEY", self.id, identity[usize::from(self.identity)])];
        // What refers to another table holds no values: that table may come and go.
        lines.push("r integer".to_owned());
        for (column, it) in self.present() {
            // A column that may not be empty has a default, or it could not come to rows that are there.
            let default = format!(" DEFAULT '{}'", FAMILIES[column].1);
            let default = if it.has_default || it.not_null { &default } else { "" };
            lines.push(format!("c{column} {}{default}{}", it.kind, if it.not_null { " NOT NULL" } else { "" }));
        }
        match self.computed {
            1 => lines.push("g integer GENERATED ALWAYS AS (id * 2) STORED".to_owned()),
            2 => lines.push("g bigint GENERATED ALWAYS AS (id * 3) STORED".to_owned()),
            _ => {}
        }
        if self.check > 0 {
            let condition = ["", "id > 0", "id > -1", "id > 0 AND id IS NOT NULL"][usize::from(self.check)];
            lines.push(format!("CONSTRAINT t{at}_check CHECK ({condition})"));
        }
        let mut sql = format!("CREATE TABLE t{at} (\n    {}\n);", lines.join(",\n    "));
        self.present().for_each(|(column, it)| sql.extend(it.extras(at, column)));
        if self.policy > 0 {
            let condition = ["", "true", "id > 1", "id > 2"][usize::from(self.policy)];
            sql.push_str(&format!(
                "\nALTER TABLE t{at} ENABLE ROW LEVEL SECURITY;\nCREATE POLICY t{at}_p ON t{at} USING ({condition});"
            ));
        }
        if self.trigger > 0 {
            let when = ["", "BEFORE INSERT", "AFTER UPDATE"][usize::from(self.trigger)];
            sql.push_str(&format!("\nCREATE TRIGGER t{at}_t {when} ON t{at} FOR EACH ROW EXECUTE FUNCTION touch();"));
        }
        if self.has_comment {
            sql.push_str(&format!("\nCOMMENT ON TABLE t{at} IS 'it''s table {at}';"));
        }
        sql
    }
}

impl Column {
    fn extras(self, table: usize, column: usize) -> Option<String> {
        let name = format!("t{table}_c{column}");
        // There is no order of json.
        let index = match self.index {
            _ if self.kind == "json" => String::new(),
            1 => format!("\nCREATE INDEX {name}_i ON t{table} (c{column});"),
            2 => format!("\nCREATE UNIQUE INDEX {name}_i ON t{table} (c{column} DESC) WHERE id > 0;"),
            3 => format!("\nALTER TABLE t{table} ADD CONSTRAINT {name}_u UNIQUE (c{column});"),
            _ => String::new(),
        };
        let comment = match self.has_comment {
            true => format!("\nCOMMENT ON COLUMN t{table}.c{column} IS 'column {column}';"),
            false => String::new(),
        };
        Some(index + &comment).filter(|sql| !sql.is_empty())
    }
}
