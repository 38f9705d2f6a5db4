//! The mechanism by itself, on a toy engine: boxes hold things, views look at them, labels are stuck on things. What
//! holds here holds for every engine; no database is needed to see it.

use std::sync::LazyLock;

use crate::schema::{
    Action, Alteration, Aside, Conflict, Context, Kinds, Object, ObjectId, ObjectKind, Reaction, Schema, Sql, diff,
    interned,
};

/// Holds rows.
struct BoxKind;
/// Part of a box, and holds what is in it.
struct ThingKind;
/// Part of a box: a tie to another box.
struct TieKind;
/// Gives way to its successor under another name, so that things can change over.
struct LabelKind;
/// Can be made anew at any time.
struct ViewKind;

fn made(object: &Object, parts: &[&Object]) -> Vec<Sql> {
    let parts: String = parts.iter().map(|part| format!(" +{}", part.name())).collect();
    vec![format!("make {}{parts}", object.id).into()]
}

fn dropped(object: &Object) -> Vec<Sql> {
    vec![format!("drop {}", object.id).into()]
}

impl ObjectKind for BoxKind {
    fn name(&self) -> &'static str {
        "box"
    }

    fn holds_data(&self, _object: &Object) -> bool {
        true
    }

    fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        made(object, parts)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        dropped(object)
    }
}

impl ObjectKind for ThingKind {
    fn name(&self) -> &'static str {
        "thing"
    }

    fn holds_data(&self, _object: &Object) -> bool {
        true
    }

    fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        made(object, parts)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        dropped(object)
    }

    /// `heavy` things can be lifted only when nobody looks.
    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let sql = vec![format!("change {}", want.id).into()];
        match want.text("is") {
            "heavy" => Alteration::Disturbing(sql),
            "other" => Alteration::Replace,
            "empty" => Alteration::ReplaceWithLoss,
            _ if have.definition == want.definition => Alteration::InPlace(vec![format!("convert {}", want.id).into()]),
            _ => Alteration::InPlace(sql),
        }
    }

    fn can_fold(&self, _object: &Object, _owner: &Object, _at: &Context<'_>) -> bool {
        true
    }

    fn when_replaced(&self, object: &Object, needed: &Object, at: &Context<'_>) -> Reaction {
        match matches!(at.fate(&needed.id), Some(crate::schema::Fate::Aside(_))) {
            true => Reaction::Convert,
            false => Reaction::Refuse(format!("{} is in use", object.id)),
        }
    }
}

impl ObjectKind for TieKind {
    fn name(&self) -> &'static str {
        "tie"
    }

    fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        made(object, parts)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        dropped(object)
    }

    fn can_fold(&self, _object: &Object, _owner: &Object, _at: &Context<'_>) -> bool {
        true
    }
}

impl ObjectKind for LabelKind {
    fn name(&self) -> &'static str {
        "label"
    }

    fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        made(object, parts)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        dropped(object)
    }

    fn set_aside(&self, have: &Object, _want: &Object, _at: &Context<'_>) -> Option<Aside> {
        Some(Aside {
            rename: vec![format!("put {} aside", have.id).into()],
            fill: Vec::new(),
            drop: vec![format!("drop old {}", have.id).into()],
        })
    }
}

impl ObjectKind for ViewKind {
    fn name(&self) -> &'static str {
        "view"
    }

    /// A view called `v/1` takes the place of `v/2`: only one of them can be there.
    fn slots(&self, object: &Object) -> Vec<String> {
        object.name().split_once('/').map(|(place, _)| place.to_owned()).into_iter().collect()
    }

    fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        made(object, parts)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        dropped(object)
    }

    fn mentions(&self, object: &Object, schema: &Schema) -> Vec<ObjectId> {
        let mentioned = object.get("mentions").map(|name| ObjectId::new("view", name));
        mentioned.into_iter().filter(|id| schema.get(id).is_some()).collect()
    }
}

static KINDS: LazyLock<Kinds> =
    LazyLock::new(|| Kinds::new(vec![&LabelKind, &BoxKind, &ThingKind, &TieKind, &ViewKind]));

fn id(text: &str) -> ObjectId {
    let (kind, name) = text.trim().split_once(' ').expect("a kind and a name");
    ObjectId::new(interned(kind), name)
}

/// One object a line: `thing b.t in box b needs label l, view v is heavy`.
fn schema(text: &str) -> Schema {
    let mut schema = Schema::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (line, definition) = line.split_once(" is ").unwrap_or((line, ""));
        let (line, mentions) = line.split_once(" mentions ").unwrap_or((line, ""));
        let (line, needs) = line.split_once(" needs ").unwrap_or((line, ""));
        let (name, owner) = line.split_once(" in ").map_or((line, None), |(name, owner)| (name, Some(owner)));
        let mut object = Object::new(id(name));
        object.owner = owner.map(id);
        object.needs = needs.split(',').filter(|need| !need.is_empty()).map(id).collect();
        object.needs.sort();
        for (field, text) in [("is", definition), ("mentions", mentions)].into_iter().filter(|(_, it)| !it.is_empty()) {
            object.definition.set(field, text);
        }
        schema.add(object);
    }
    schema
}

/// The statements that lead from one schema to another.
fn way(have: &str, want: &str) -> Result<Vec<String>, Conflict> {
    let (have, want) = (schema(have), schema(want));
    Ok(diff(&have, &want, &KINDS)?.statements().map(|sql| sql.text.clone()).collect())
}

#[track_caller]
fn leads(have: &str, want: &str, expected: &[&str]) {
    assert_eq!(way(have, want).expect("there is a way"), expected);
}

#[test]
fn equal_schemas_need_nothing() {
    let text = "box b\nthing b.t in box b\nview v needs thing b.t";
    leads(text, text, &[]);
}

#[test]
fn what_is_needed_is_made_first_and_dropped_last() {
    let all = "view a needs view z\nview z needs box b\nbox b";
    leads("", all, &["make box b", "make view z", "make view a"]);
    leads(all, "", &["drop view a", "drop view z", "drop box b"]);
}

#[test]
fn parts_are_made_by_the_statement_of_the_whole() {
    leads("", "box b\nthing b.t in box b\nthing b.u in box b", &["make box b +b.t +b.u"]);
    leads("box b", "box b\nthing b.t in box b", &["make thing b.t"]);
}

#[test]
fn a_part_that_must_wait_has_a_statement_of_its_own() {
    let tied = "box a\ntie a.b in box a needs box b\nbox b\ntie b.a in box b needs box a";
    leads("", tied, &["make box a", "make box b +b.a", "make tie a.b"]);
}

#[test]
fn parts_go_silently_with_the_whole() {
    leads("box b\nthing b.t in box b\ntie b.x in box b", "", &["drop box b"]);
    leads("box b\nthing b.t in box b", "box b", &["drop thing b.t"]);
}

#[test]
fn a_circle_of_boxes_is_broken_at_a_tie() {
    let tied = "box a\ntie a.b in box a needs box b\nbox b\ntie b.a in box b needs box a";
    let dropped = way(tied, "").expect("ties can be cut");
    assert_eq!(dropped.iter().filter(|sql| sql.starts_with("drop tie")).count(), 1, "{dropped:?}");
    assert_eq!(dropped.len(), 3, "{dropped:?}");
}

#[test]
fn a_part_that_others_wait_for_is_dropped_by_itself() {
    let have = "box b\nthing b.t in box b needs view v\nview v";
    leads(have, "", &["drop box b", "drop view v"]);
    // The view is made anew, and the thing that needs it goes with its box only later.
    leads("box b\ntie b.x in box b needs box c\nbox c", "box b", &["drop tie b.x", "drop box c"]);
}

#[test]
fn what_depends_on_something_replaced_is_made_anew() {
    let have = "view a is old\nview b needs view a\nview c needs view b\nview d";
    let want = "view a is new\nview b needs view a\nview c needs view b\nview d";
    leads(have, want, &["drop view c", "drop view b", "drop view a", "make view a", "make view b", "make view c"]);
}

#[test]
fn parts_of_something_replaced_are_made_anew() {
    let (have, want) = ("view v is old\ntie v.x in view v", "view v is new\ntie v.x in view v");
    leads(have, want, &["drop view v", "make view v +v.x"]);
}

#[test]
fn a_disturbing_change_lets_dependents_step_aside() {
    let have = "box b\nthing b.t in box b\nview v needs thing b.t";
    let want = "box b\nthing b.t in box b is heavy\nview v needs thing b.t";
    leads(have, want, &["drop view v", "change thing b.t", "make view v"]);
    leads(want, have, &["change thing b.t"]);
}

#[test]
fn what_lets_go_of_something_dropped_does_not_fall_with_it() {
    let have = "box b\nthing b.t in box b needs label l is light\nlabel l";
    leads(have, "box b\nthing b.t in box b is plain", &["change thing b.t", "drop label l"]);
}

#[test]
fn what_is_put_aside_stays_until_all_have_changed_over() {
    let have = "label l is old\nbox b\nthing b.t in box b needs label l\nview v needs label l";
    let want = "label l is new\nbox b\nthing b.t in box b needs label l\nview v needs label l";
    leads(
        have,
        want,
        &["drop view v", "put label l aside", "make label l", "convert thing b.t", "drop old label l", "make view v"],
    );
}

#[test]
fn a_name_is_taken_when_it_is_free() {
    leads("view v/2", "view v/1", &["drop view v/2", "make view v/1"]);
}

#[test]
fn mentions_order_where_nothing_speaks_against_it() {
    leads("", "view a mentions z\nview z", &["make view z", "make view a"]);
    leads("", "view a mentions z\nview z needs view a", &["make view a", "make view z"]);
}

#[test]
fn rows_are_never_lost_to_make_something_else_possible() {
    let refused = way("box b is wood", "box b is steel").expect_err("a box holds rows");
    assert!(matches!(&refused, Conflict::HoldsRows { object, .. } if *object == id("box b")), "{refused}");
    let refused = way("box b\nthing b.t in box b", "box b\nthing b.t in box b is other").expect_err("so does a thing");
    assert!(matches!(&refused, Conflict::HoldsRows { object, .. } if *object == id("thing b.t")), "{refused}");
    let have = "view v is old\nbox b\nthing b.t in box b needs view v";
    let refused = way(have, &have.replace("old", "new")).expect_err("it cannot give way");
    assert!(refused.to_string().contains("thing b.t is in use"), "{refused}");
}

#[test]
fn what_is_no_more_wanted_may_be_lost() {
    leads("box b\nthing b.t in box b", "box b\nthing b.t in box b is empty", &["drop thing b.t", "make thing b.t"]);
    leads("box b\nthing b.t in box b", "", &["drop box b"]);
}

#[test]
fn a_circle_is_reported_with_its_objects() {
    let refused = way("", "view a needs view b\nview b needs view a\nview c needs view a").expect_err("no way in");
    let Conflict::Circle { circle } = refused else { panic!("{refused}") };
    let mut names: Vec<&str> = circle.iter().map(|id| &*id.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_kind_of_another_version_is_refused() {
    let refused = way("", "riddle r").expect_err("nobody knows it");
    assert_eq!(refused, Conflict::UnknownKind { object: id("riddle r") });
}

#[test]
fn changes_name_every_object_also_those_without_statements() {
    let (have, want) = (schema("box b\nthing b.t in box b"), schema("view v"));
    let script = diff(&have, &want, &KINDS).expect("there is a way");
    let changes: Vec<String> = script.changes.iter().map(|(id, change)| format!("{change:?} {id}")).collect();
    assert_eq!(changes, ["Drop box b", "Drop thing b.t", "Create view v"]);
    let actions: Vec<Action> = script.steps.iter().map(|step| step.action).collect();
    assert_eq!(actions, [Action::Drop, Action::Create]);
}

#[test]
fn the_same_input_gives_the_same_script() {
    let have: String =
        (0..60).map(|n| format!("box b{n}\nthing b{n}.t in box b{n}\nview v{n} needs box b{n} is old\n")).collect();
    let want: String =
        (30..90).map(|n| format!("box b{n}\nthing b{n}.t in box b{n}\nview v{n} needs box b{n} is new\n")).collect();
    let first = way(&have, &want).expect("there is a way");
    for _ in 0..5 {
        assert_eq!(way(&have, &want).expect("there is a way"), first);
    }
}
