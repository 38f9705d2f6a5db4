//! What comments, owners and privileges are about. Their rows bear the key of their subject; they are named after it
//! once it is known.

use droveway_core::schema::{Object, ObjectId, Schema};

/// Names all objects of a kind after their subjects; those for which there is no name are left out.
pub(crate) fn name_after(
    schema: &mut Schema,
    kind: &'static str,
    name: impl Fn(&mut Object, &Object) -> Option<String>,
) {
    let ids: Vec<ObjectId> = schema.of_kind(kind).map(|object| object.id.clone()).collect();
    let objects: Vec<Object> = ids.iter().filter_map(|id| schema.objects.remove(id)).collect();
    for mut object in objects {
        let Some(subject) = object.owner.as_ref().and_then(|owner| schema.objects.get(owner)) else { continue };
        if let Some(name) = name(&mut object, subject) {
            object.id = ObjectId::new(kind, name);
            schema.add(object);
        }
    }
}

/// The object of another kind that is about the same subject.
pub(crate) fn about(kind: &'static str, subject: &ObjectId) -> ObjectId {
    ObjectId::new(kind, subject.to_string())
}
