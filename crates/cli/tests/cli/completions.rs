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
        @r#"
    $ drove completions bash | head -3 | cut -c1-40
    ~
    ~ thread 'main' (22996) panicked at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/clap_complete-4.6.11/src/aot/shells/shell.rs:86:14:
    ~ failed to write completion file: Os { code: 32, kind: BrokenPipe, message: "Broken pipe" }
    ~ stack backtrace:
    ~    0: __rustc::rust_begin_unwind
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/panicking.rs:689:5
    ~    1: core::panicking::panic_fmt
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/panicking.rs:80:14
    ~    2: core::result::unwrap_failed
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/result.rs:1867:5
    ~    3: core::result::Result<T,E>::expect
    ~    4: <clap_complete::aot::shells::shell::Shell as clap_complete::aot::generator::Generator>::generate
    ~    5: clap_complete::aot::generator::_generate
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/clap_complete-4.6.11/src/aot/generator/mod.rs:295:15
    ~    6: clap_complete::aot::generator::generate
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/clap_complete-4.6.11/src/aot/generator/mod.rs:290:5
    ~    7: drove::commands::completions::Completions::run::{{closure}}
    ~              at /tmp/wt/cli/crates/cli/src/commands/completions.rs:17:9
    ~    8: {async_fn#0}
    ~              at /tmp/wt/cli/crates/cli/src/commands/mod.rs:60:76
    ~    9: poll<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/future/future.rs:133:9
    ~   10: {closure#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:830:70
    ~   11: with_budget<core::task::poll::Poll<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>, tokio::runtime::scheduler::current_thread::{impl#9}::block_on::{closure#0}::{closure#0}::{closure_env#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/task/coop/mod.rs:167:5
    ~   12: budget<core::task::poll::Poll<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>, tokio::runtime::scheduler::current_thread::{impl#9}::block_on::{closure#0}::{closure#0}::{closure_env#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/task/coop/mod.rs:133:5
    ~   13: {closure#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:830:25
    ~   14: tokio::runtime::scheduler::current_thread::Context::enter
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:486:19
    ~   15: tokio::runtime::scheduler::current_thread::CoreGuard::block_on::{{closure}}
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:829:44
    ~   16: tokio::runtime::scheduler::current_thread::CoreGuard::enter::{{closure}}
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:906:68
    ~   17: tokio::runtime::context::scoped::Scoped<T>::set
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context/scoped.rs:40:9
    ~   18: tokio::runtime::context::set_scheduler::{{closure}}
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context.rs:186:38
    ~   19: try_with<tokio::runtime::context::Context, tokio::runtime::context::set_scheduler::{closure_env#0}<(alloc::boxed::Box<tokio::runtime::scheduler::current_thread::Core, alloc::alloc::Global>, core::option::Option<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>), tokio::runtime::scheduler::current_thread::{impl#9}::enter::{closure_env#0}<tokio::runtime::scheduler::current_thread::{impl#9}::block_on::{closure_env#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>, core::option::Option<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>>>, (alloc::boxed::Box<tokio::runtime::scheduler::current_thread::Core, alloc::alloc::Global>, core::option::Option<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>)>
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/thread/local.rs:513:12
    ~   20: std::thread::local::LocalKey<T>::with
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/thread/local.rs:477:20
    ~   21: tokio::runtime::context::set_scheduler
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context.rs:186:17
    ~   22: tokio::runtime::scheduler::current_thread::CoreGuard::enter
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:906:27
    ~   23: tokio::runtime::scheduler::current_thread::CoreGuard::block_on
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:819:24
    ~   24: {closure#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:216:33
    ~   25: tokio::runtime::context::runtime::enter_runtime
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context/runtime.rs:65:16
    ~   26: block_on<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:204:9
    ~   27: tokio::runtime::runtime::Runtime::block_on_inner
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/runtime.rs:379:52
    ~   28: block_on<drove::commands::{impl#5}::run::{async_fn_env#0}>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/runtime.rs:346:18
    ~   29: drove::main
    ~              at /tmp/wt/cli/crates/cli/src/main.rs:28:30
    ~   30: core::ops::function::FnOnce::call_once
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/ops/function.rs:250:5
    ~ note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
    _drove() {
        local i cur prev opts cmd
        COMPREPLY=()
    $ drove completions zsh | head -1
    ~
    ~ thread 'main' (23026) panicked at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/clap_complete-4.6.11/src/aot/shells/shell.rs:86:14:
    ~ failed to write completion file: Os { code: 32, kind: BrokenPipe, message: "Broken pipe" }
    ~ stack backtrace:
    ~    0: __rustc::rust_begin_unwind
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/panicking.rs:689:5
    ~    1: core::panicking::panic_fmt
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/panicking.rs:80:14
    ~    2: core::result::unwrap_failed
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/result.rs:1867:5
    ~    3: core::result::Result<T,E>::expect
    ~    4: <clap_complete::aot::shells::shell::Shell as clap_complete::aot::generator::Generator>::generate
    ~    5: clap_complete::aot::generator::_generate
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/clap_complete-4.6.11/src/aot/generator/mod.rs:295:15
    ~    6: clap_complete::aot::generator::generate
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/clap_complete-4.6.11/src/aot/generator/mod.rs:290:5
    ~    7: drove::commands::completions::Completions::run::{{closure}}
    ~              at /tmp/wt/cli/crates/cli/src/commands/completions.rs:17:9
    ~    8: {async_fn#0}
    ~              at /tmp/wt/cli/crates/cli/src/commands/mod.rs:60:76
    ~    9: poll<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/future/future.rs:133:9
    ~   10: {closure#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:830:70
    ~   11: with_budget<core::task::poll::Poll<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>, tokio::runtime::scheduler::current_thread::{impl#9}::block_on::{closure#0}::{closure#0}::{closure_env#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/task/coop/mod.rs:167:5
    ~   12: budget<core::task::poll::Poll<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>, tokio::runtime::scheduler::current_thread::{impl#9}::block_on::{closure#0}::{closure#0}::{closure_env#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/task/coop/mod.rs:133:5
    ~   13: {closure#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:830:25
    ~   14: tokio::runtime::scheduler::current_thread::Context::enter
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:486:19
    ~   15: tokio::runtime::scheduler::current_thread::CoreGuard::block_on::{{closure}}
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:829:44
    ~   16: tokio::runtime::scheduler::current_thread::CoreGuard::enter::{{closure}}
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:906:68
    ~   17: tokio::runtime::context::scoped::Scoped<T>::set
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context/scoped.rs:40:9
    ~   18: tokio::runtime::context::set_scheduler::{{closure}}
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context.rs:186:38
    ~   19: try_with<tokio::runtime::context::Context, tokio::runtime::context::set_scheduler::{closure_env#0}<(alloc::boxed::Box<tokio::runtime::scheduler::current_thread::Core, alloc::alloc::Global>, core::option::Option<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>), tokio::runtime::scheduler::current_thread::{impl#9}::enter::{closure_env#0}<tokio::runtime::scheduler::current_thread::{impl#9}::block_on::{closure_env#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>, core::option::Option<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>>>, (alloc::boxed::Box<tokio::runtime::scheduler::current_thread::Core, alloc::alloc::Global>, core::option::Option<core::result::Result<droveway::problem::Exit, droveway::problem::Problem>>)>
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/thread/local.rs:513:12
    ~   20: std::thread::local::LocalKey<T>::with
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/thread/local.rs:477:20
    ~   21: tokio::runtime::context::set_scheduler
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context.rs:186:17
    ~   22: tokio::runtime::scheduler::current_thread::CoreGuard::enter
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:906:27
    ~   23: tokio::runtime::scheduler::current_thread::CoreGuard::block_on
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:819:24
    ~   24: {closure#0}<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:216:33
    ~   25: tokio::runtime::context::runtime::enter_runtime
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/context/runtime.rs:65:16
    ~   26: block_on<core::pin::Pin<alloc::boxed::Box<drove::commands::{impl#5}::run::{async_fn_env#0}, alloc::alloc::Global>>>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/scheduler/current_thread/mod.rs:204:9
    ~   27: tokio::runtime::runtime::Runtime::block_on_inner
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/runtime.rs:379:52
    ~   28: block_on<drove::commands::{impl#5}::run::{async_fn_env#0}>
    ~              at /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/tokio-1.54.1/src/runtime/runtime.rs:346:18
    ~   29: drove::main
    ~              at /tmp/wt/cli/crates/cli/src/main.rs:28:30
    ~   30: core::ops::function::FnOnce::call_once
    ~              at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/ops/function.rs:250:5
    ~ note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
    #compdef drove
    $ drove completions fish | wc -l | awk '{print ($1 > 50)}'
    1
    $ drove completions cobol
    ~ error: invalid value 'cobol' for '<SHELL>'
    ~   [possible values: bash, elvish, fish, powershell, zsh]
    ~
    ~ For more information, try '--help'.
    [exit 2]
    "#
    );
}
