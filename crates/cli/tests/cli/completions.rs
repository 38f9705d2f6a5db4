//! `drove completions`: for the shell.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn every_shell_gets_a_script() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove completions bash | head -3 | cut -c1-40
            drove completions zsh | head -1
            drove completions fish | wc -l | awk '{print ($1 > 50)}'
            drove completions cobol"
        ),
        @"
    $ drove completions bash | head -3 | cut -c1-40
    _drove() {
        local i cur prev opts cmd
        COMPREPLY=()
    $ drove completions zsh | head -1
    #compdef drove
    $ drove completions fish | wc -l | awk '{print ($1 > 50)}'
    1
    $ drove completions cobol
    ~ error: invalid value 'cobol' for '<SHELL>'
    ~   [possible values: bash, elvish, fish, powershell, zsh]
    ~
    ~ For more information, try '--help'.
    [exit 2]
    "
    );
}
