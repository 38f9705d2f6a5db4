//! The kinds of objects that PostgreSQL knows, one a file: each says how it is read from the catalog, made, dropped and
//! changed. A new kind is one file and one line in the list below; the place in the list is where it comes where the
//! needs of objects leave a choice.

use std::sync::OnceLock;

use droveway_core::schema::{Kinds, Object, ObjectId, ObjectKind, Schema};

mod cast_path;
mod expression;
mod grant;
mod name;
pub(crate) mod routine;
mod subject;
pub(crate) mod unmodelled;

/// `pg_class`, as `pg_depend` names catalogs.
pub(crate) const CLASS: u32 = 1259;
pub(crate) const TYPE: u32 = 1247;
pub(crate) const PROC: u32 = 1255;
pub(crate) const CAST: u32 = 2605;
pub(crate) const NAMESPACE: u32 = 2615;
pub(crate) const CONSTRAINT: u32 = 2606;
pub(crate) const ATTRDEF: u32 = 2604;
pub(crate) const EXTENSION: u32 = 3079;

/// A kind that is read from the catalog.
pub(crate) trait CatalogKind: ObjectKind {
    /// The catalog that its `oid` belongs to; a column `class` of the query wins.
    fn catalog(&self) -> u32;

    /// The query that reads all its objects in a server of this major version; see `Reader::read` for its columns.
    fn query(&self, version: u32) -> Option<String>;

    /// Whether other objects' dependencies on its key mean this object (not so for comments, owners and the like,
    /// which bear the key of what they are about).
    fn is_addressed(&self) -> bool {
        true
    }

    /// Whether objects of extensions are read too.
    fn reads_members(&self) -> bool {
        false
    }

    /// What cannot be said in its query: done on the whole schema in the end.
    fn finish(&self, _schema: &mut Schema) {}

    /// How COMMENT ON, ALTER and GRANT name it: `TABLE public.t`, `CONSTRAINT c ON public.t`. `None` for what has
    /// neither a comment nor an owner nor privileges.
    fn address(&self, _object: &Object) -> Option<String> {
        None
    }
}

/// The kind of an object, as what is read from the catalog.
pub(crate) fn of(id: &ObjectId) -> Option<&'static dyn CatalogKind> {
    all().find(|kind| id.is(kind.name()))
}

/// How SQL names an object with the word for its kind.
pub(crate) fn address(object: &Object) -> Option<String> {
    of(&object.id)?.address(object)
}

macro_rules! kinds {
    ($($module:ident: $($name:ident),+;)*) => {
        $(pub(crate) mod $module;)*
        static ALL: &[&dyn CatalogKind] = &[$($(&$module::$name),+),*];
    };
}

kinds! {
    schema: SchemaKind;
    extension: ExtensionKind;
    access_method: AccessMethodKind;
    language: LanguageKind;
    collation: CollationKind;
    foreign_data_wrapper: ForeignDataWrapperKind;
    foreign_server: ForeignServerKind;
    user_mapping: UserMappingKind;
    enumeration: EnumKind;
    domain: DomainKind;
    domain_constraint: DomainConstraintKind;
    composite: CompositeKind;
    range: RangeKind;
    text_search_parser: TextSearchParserKind;
    text_search_template: TextSearchTemplateKind;
    text_search_dictionary: TextSearchDictionaryKind;
    text_search_configuration: TextSearchConfigurationKind;
    sequence: SequenceKind;
    table: TableKind, ForeignTableKind;
    column: ColumnKind;
    default: DefaultKind;
    sequence_owner: SequenceOwnerKind;
    table_type: TableTypeKind;
    inheritance: InheritanceKind;
    function: FunctionKind;
    procedure: ProcedureKind;
    aggregate: AggregateKind;
    cast: CastKind;
    transform: TransformKind;
    conversion: ConversionKind;
    operator: OperatorKind;
    operator_family: OperatorFamilyKind;
    operator_class: OperatorClassKind;
    operator_family_member: OperatorFamilyMemberKind;
    constraint: ConstraintKind;
    index: IndexKind;
    partition: PartitionKind;
    cluster: ClusterKind, ReplicaIdentityKind;
    view: ViewKind, MaterializedViewKind;
    statistics: StatisticsKind;
    rule: RuleKind;
    trigger: TriggerKind;
    policy: PolicyKind;
    publication: PublicationKind, PublicationTableKind, PublicationSchemaKind;
    subscription: SubscriptionKind;
    event_trigger: EventTriggerKind;
    extension_dependency: ExtensionDependencyKind;
    comment: CommentKind;
    owner: OwnerKind;
    privilege: PrivilegeKind;
    default_privilege: DefaultPrivilegeKind;
}

pub(crate) fn all() -> impl Iterator<Item = &'static dyn CatalogKind> {
    ALL.iter().copied()
}

pub(crate) fn finish(schema: &mut Schema) {
    all().for_each(|kind| kind.finish(schema));
}

/// All kinds of PostgreSQL's objects.
pub fn kinds() -> &'static Kinds {
    static KINDS: OnceLock<Kinds> = OnceLock::new();
    KINDS.get_or_init(|| Kinds::new(all().map(|kind| kind as &'static dyn ObjectKind).collect()))
}

/// The conditions under which a namespace (alias `n`) holds objects of users.
pub(crate) const USER_SCHEMA: &str =
    "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_|toast_temp_)'";
