//! Who has found no room, and wants to hear when there is some.

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::world::WaitQueue;

/// The queues of those who wait for room, each once.
#[derive(Default, Debug)]
pub struct Hopefuls(Vec<WaitQueue>);

impl Hopefuls {
    /// One more; those whose sockets are gone are forgotten now and then.
    pub fn add(&mut self, queue: &WaitQueue) {
        if self.0.iter().any(|known| known.number() == queue.number()) {
            return;
        }
        if self.0.len().is_power_of_two() {
            self.0.retain(|known| !known.is_abandoned());
        }
        self.0.push(queue.clone());
    }

    /// There is room: they look again.
    pub fn tell(&mut self) {
        self.0.drain(..).for_each(|queue| queue.notify_writable());
    }
}

impl Duplicate for Hopefuls {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(Hopefuls(self.0.duplicate(copier)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    #[test]
    fn each_is_told_once_and_who_is_gone_is_forgotten() {
        let (queues, mut hopefuls) = (WaitQueues::default(), Hopefuls::default());
        let queue = queues.create();
        hopefuls.add(&queue);
        hopefuls.add(&queue);
        (0..1000).for_each(|_| hopefuls.add(&queues.create()));
        assert!(hopefuls.0.len() < 600, "{} of a thousand that are gone", hopefuls.0.len());
        hopefuls.tell();
        hopefuls.tell();
        assert_eq!(queue.changes(), [0, 1]);
    }
}
