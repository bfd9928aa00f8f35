//! Entering a namespace that is there already: setns(2).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::{CAP_SYS_ADMIN, CAP_SYS_CHROOT};
use crate::linux::abi::clone::CLONE_NAMESPACES;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::Namespace;
use crate::linux::kernel::Kernel;
use crate::linux::objects::Object;
use crate::linux::process::{Capabilities, Credentials, NamespaceKind, ProcessNamespaces, UserNamespace};
use crate::linux::sync::lock;
use crate::linux::view::namespace_of;

use super::call::Args;
use super::namespaces::AnyNamespace;
use super::pidfd;

/// What a process will have when all that it enters may be entered.
struct Entered {
    credentials: Credentials,
    namespaces: ProcessNamespaces,
    mounts: Option<Arc<Namespace>>,
}

/// By the descriptor of one, whose kind may be said, or of a process, and which of its namespaces.
pub fn setns(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, wanted, ..] = *args;
    let wanted = u64::from(wanted);
    let place = k.place_of(fd)?;
    let one = AnyNamespace::at(&place);
    let all = match one {
        Some(one) if wanted == 0 || wanted == one.kind().flag() => vec![one],
        Some(_) => return Err(Errno::EINVAL),
        None => of_process(k, fd, wanted)?,
    };
    let own = &k.process;
    let mut entered =
        Entered { credentials: own.credentials.clone(), namespaces: own.namespaces.clone(), mounts: None };
    for namespace in all {
        enter(k, &mut entered, namespace)?;
    }
    let Entered { credentials, namespaces, mounts } = entered;
    if !Arc::ptr_eq(&namespaces.ipc, &k.process.namespaces.ipc) {
        k.undo_semaphores(m);
    }
    k.enter(namespaces);
    k.process.credentials = credentials;
    if let Some(tree) = mounts {
        let root = tree.root();
        let mut standing = k.process.standing();
        (standing.directory, standing.root) = (Arc::clone(&root), root);
        drop(standing);
        k.process.namespace = (*tree).clone();
    }
    Ok(0)
}

/// Those of a process, of users first: they say what may be done with the others.
fn of_process(k: &Kernel, fd: u32, wanted: u64) -> Result<Vec<AnyNamespace>, Errno> {
    let open = k.process.open_file(fd)?;
    let is_process = matches!(lock(&open).object, Object::Pidfd(_));
    if !is_process || wanted == 0 || wanted & !CLONE_NAMESPACES != 0 {
        return Err(Errno::EINVAL);
    }
    let pid = pidfd::process_of(k, fd)?;
    let process = k.find_process(pid).filter(|process| process.is_alive()).ok_or(Errno::ESRCH)?;
    if pid != k.process.pid && !process.may_be_inspected_by(&k.process.credentials) {
        return Err(Errno::EPERM);
    }
    let mut kinds: Vec<NamespaceKind> =
        NamespaceKind::ALL.into_iter().filter(|kind| wanted & kind.flag() != 0).collect();
    kinds.sort_by_key(|kind| *kind != NamespaceKind::User);
    Ok(kinds.into_iter().filter_map(|kind| AnyNamespace::at(&namespace_of(process, kind))).collect())
}

/// With privileges in the namespace of users that it belongs to, and in the one that the process has or gets.
fn enter(k: &Kernel, entered: &mut Entered, namespace: AnyNamespace) -> Result<(), Errno> {
    if let AnyNamespace::User(users) = namespace {
        entered.credentials = among_users(k, &entered.credentials, users)?;
        return Ok(());
    }
    let own = &entered.credentials;
    let owner = namespace.owner().ok_or(Errno::EPERM)?;
    let may = own.can_in(&owner, CAP_SYS_ADMIN) && own.can_here(CAP_SYS_ADMIN);
    if let AnyNamespace::Mount(tree) = namespace {
        if !may || !own.can_here(CAP_SYS_CHROOT) {
            return Err(Errno::EPERM);
        }
        if is_shared(k) {
            return Err(Errno::EINVAL);
        }
        entered.mounts = Some(tree);
        return Ok(());
    }
    if !may {
        return Err(Errno::EPERM);
    }
    entered.namespaces = namespace.among(entered.namespaces.clone());
    Ok(())
}

/// Whether other processes stand where this one does (CLONE_FS).
fn is_shared(k: &Kernel) -> bool {
    Arc::strong_count(&k.process.standing) > 1
}

/// The credentials of who enters a namespace of users: not the one that it is in, and not one of several threads.
fn among_users(k: &Kernel, own: &Credentials, users: Arc<UserNamespace>) -> Result<Credentials, Errno> {
    if own.within == users || k.process.threads.len() > 1 || is_shared(k) {
        return Err(Errno::EINVAL);
    }
    own.require_in(&users, CAP_SYS_ADMIN)?;
    Ok(Credentials { within: users, capabilities: Capabilities::of_user(0), ..own.clone() })
}
