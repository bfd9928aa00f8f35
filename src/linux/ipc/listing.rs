//! The objects as `/proc/sysvipc` lists them (proc(5)).

use super::Ipc;
use super::permissions::IpcPermissions;

const SHM: &str = "       key      shmid perms       size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime        rss       swap\n";
const SEM: &str = "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n";
const MSG: &str = "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n";

/// Bytes in a page.
const PAGE: u64 = 4096;

/// Key, identifier and mode; and whose an object is.
fn parts(permissions: &IpcPermissions) -> [String; 2] {
    let IpcPermissions { key, id, owner, creator, mode } = permissions;
    let key = *key as i32;
    let owners =
        [owner.uid, owner.gid, creator.uid, creator.gid].map(|identifier| format!("{identifier:>5}")).join(" ");
    [format!("{key:>10} {id:>10}  {mode:>4o}"), owners]
}

impl Ipc {
    /// `/proc/sysvipc/shm`.
    pub fn list_segments(&self) -> String {
        let lines = self.segments.iter().map(|object| {
            let ([head, owners], segment) = (parts(&object.permissions), &object.what);
            let [attached, detached, changed] = segment.times;
            format!(
                "{head} {:>10} {:>5} {:>5}  {:>5} {owners} {attached:>10} {detached:>10} {changed:>10} {:>10} {:>10}\n",
                segment.size,
                segment.creator,
                segment.last,
                segment.attachments,
                segment.contents.resident_pages() * PAGE,
                0
            )
        });
        SHM.to_string() + &lines.collect::<String>()
    }

    /// `/proc/sysvipc/sem`.
    pub fn list_semaphores(&self) -> String {
        let lines = self.semaphores.iter().map(|object| {
            let ([head, owners], [used, changed]) = (parts(&object.permissions), object.what.times);
            format!("{head} {:>10} {owners} {used:>10} {changed:>10}\n", object.what.semaphores.len())
        });
        SEM.to_string() + &lines.collect::<String>()
    }

    /// `/proc/sysvipc/msg`.
    pub fn list_queues(&self) -> String {
        let lines = self.queues.iter().map(|object| {
            let ([head, owners], queue) = (parts(&object.permissions), &object.what);
            let ([sent, received, changed], [sender, receiver]) = (queue.times, queue.pids);
            format!(
                "{head}  {:>10} {:>10} {sender:>5} {receiver:>5} {owners} {sent:>10} {received:>10} {changed:>10}\n",
                queue.bytes,
                queue.len()
            )
        });
        MSG.to_string() + &lines.collect::<String>()
    }
}
