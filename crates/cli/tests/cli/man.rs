//! `drove man`: manual pages.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn the_page_and_the_folder_of_pages() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove man | head -4
            drove man --dir pages
            ls pages | head -60"
        ),
        @r#"
        $ drove man | head -4
        .ie \n(.g .ds Aq \(aq
        .el .ds Aq '
        .TH drove 1  "drove [version]" 
        .SH NAME
        $ drove man --dir pages
        $ ls pages | head -60
        drove-branches.1
        drove-check.1
        drove-completions.1
        drove-config-show.1
        drove-config.1
        drove-current.1
        drove-diff.1
        drove-downgrade.1
        drove-edit.1
        drove-ensure-version.1
        drove-exec.1
        drove-heads.1
        drove-history.1
        drove-init.1
        drove-list-templates.1
        drove-man.1
        drove-merge.1
        drove-model-new.1
        drove-model.1
        drove-plan.1
        drove-revision.1
        drove-schema-dump.1
        drove-schema.1
        drove-show.1
        drove-stamp.1
        drove-status.1
        drove-targets.1
        drove-template-status.1
        drove-template-verify.1
        drove-template.1
        drove-up.1
        drove-upgrade.1
        drove.1
        "#
    );
}
