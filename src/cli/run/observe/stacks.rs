//! Who called whom: a stack of calls for each thread, kept from what the program does.
//!
//! A call puts a frame on it, which knows where its return address lies. The frame is gone as soon as ESP is above
//! that place: after a return, and as well after `longjmp`, an exception, or code that pops its return address.
//! ESP in another region is another stack: a coroutine, or a signal handler's. A handler that the kernel has
//! entered is called by what it interrupted.

use std::collections::HashMap;

use crate::counting::{Context, NumberHash};
use crate::cpu::Register;
use crate::engine::{Event, Machine};
use crate::linux::Kernel;

use super::code_map::{CallSite, CodeMaps};
use super::names::SiteNames;

/// The calls of sigreturn(2).
const RETURNS_FROM_HANDLER: [u32; 2] = [119, 173];

/// Frames that a stack has at most; a deeper recursion is counted there.
const DEEPEST: usize = 2000;

/// The calls of all threads.
#[derive(Default)]
pub struct Stacks {
    /// The tree of calls: each node with the one that it was called from, and the functions that called it.
    nodes: Vec<Option<(u32, u32)>>,
    /// Nodes by where they were called from.
    children: HashMap<(u32, u32), u32, NumberHash>,
    /// The same by the place of the call: what is asked each time.
    called: HashMap<(u32, usize, u32), u32, NumberHash>,
    names: SiteNames,
    roots: HashMap<u32, String>,
    root_nodes: HashMap<String, u32>,
    threads: HashMap<(u32, u32), ThreadCalls>,
    /// The thread that runs.
    who: (u32, u32),
    running: ThreadCalls,
}

/// The stacks of a thread.
#[derive(Default)]
struct ThreadCalls {
    /// The number of its address space.
    space: Option<u64>,
    root: u32,
    stacks: Vec<Stack>,
    current: usize,
    /// EIP and ESP before the kernel was at work, unless it returns from a handler.
    before: Option<(u32, u32)>,
}

/// A stack: where it ends, the node at its bottom, and its frames.
#[derive(Default)]
struct Stack {
    start: u32,
    end: u64,
    base: u32,
    /// Where the return address lies, and the node.
    frames: Vec<(u32, u32)>,
    /// Calls that are too deep for frames.
    node: u32,
}

impl Stack {
    fn has(&self, esp: u32) -> bool {
        esp >= self.start && u64::from(esp) <= self.end
    }

    fn update(&mut self) {
        self.node = self.frames.last().map_or(self.base, |(_, node)| *node);
    }
}

impl Stacks {
    /// The node of what runs.
    pub fn node(&self) -> u32 {
        self.running.stacks.get(self.running.current).map_or(self.running.root, |stack| stack.node)
    }

    /// The node that another one was called from, and by which functions; `None` for a thread's own.
    pub fn parent(&self, node: u32) -> Option<(u32, &str)> {
        let (parent, functions) = self.nodes.get(node as usize).copied().flatten()?;
        Some((parent, self.names.text(functions)))
    }

    /// The functions at a place, the outermost first, separated by semicolons.
    pub fn functions(&mut self, maps: &CodeMaps, site: CallSite) -> &str {
        let number = self.names.number(maps, site);
        self.names.text(number)
    }

    /// The name of a thread's own node.
    pub fn root(&self, node: u32) -> &str {
        self.roots.get(&node).map_or("", String::as_str)
    }

    /// A call has been made: the return address is at ESP.
    pub fn call(&mut self, m: &Machine, maps: &CodeMaps, site: CallSite) {
        let esp = m.cpu.regs[Register::Esp];
        self.choose(m, esp);
        self.pop(esp);
        self.push(esp, maps, site);
    }

    /// The node of what is entered, and for which ESP it stays: as long as no frame is gone, and on this stack.
    pub fn context(&mut self, m: &Machine) -> Context {
        let esp = m.cpu.regs[Register::Esp];
        self.choose(m, esp);
        self.pop(esp);
        let stack = &self.running.stacks[self.running.current];
        let last = stack.frames.last().map_or(stack.end, |(slot, _)| (*slot).into());
        let size = (last + 1).saturating_sub(stack.start.into()).min(u32::MAX.into()) as u32;
        Context { number: stack.node, low: stack.start, size }
    }

    /// The kernel is asked.
    pub fn interrupted(&mut self, m: &Machine, event: Event) {
        let is_call = matches!(event, Event::Interrupt(0x80) | Event::Sysenter);
        let returns = is_call && RETURNS_FROM_HANDLER.contains(&m.cpu.regs[Register::Eax]);
        self.running.before = (!returns).then_some((m.cpu.eip, m.cpu.regs[Register::Esp]));
    }

    /// A block has ended without an event. The kernel may be about to deliver a signal.
    pub fn left(&mut self, m: &Machine) {
        self.running.before = Some((m.cpu.eip, m.cpu.regs[Register::Esp]));
    }

    /// A block is entered, perhaps by another thread, or in a handler.
    pub fn enter(&mut self, m: &Machine, kernel: &Kernel, maps: &mut CodeMaps) {
        let who = kernel.running();
        if who != self.who {
            let next = self.threads.remove(&who).unwrap_or_default();
            let previous = std::mem::replace(&mut self.running, next);
            self.threads.insert(std::mem::replace(&mut self.who, who), previous);
        }
        let (space, _) = m.memory.layout();
        if self.running.space != Some(space) {
            let root = self.new_root(kernel);
            self.running = ThreadCalls { space: Some(space), root, ..ThreadCalls::default() };
        }
        let esp = m.cpu.regs[Register::Esp];
        let was = self.running.before.take();
        if let Some((eip, before)) = was.filter(|(_, before)| *before != esp) {
            let site = CallSite { map: maps.current(m), address: eip };
            self.enter_handler(m, esp, before, maps, site);
        }
    }

    /// The kernel has moved ESP: it has entered a handler if it went down, or to another stack.
    fn enter_handler(&mut self, m: &Machine, esp: u32, before: u32, maps: &CodeMaps, site: CallSite) {
        let below = self.node();
        let stack = self.running.current;
        let other = !self.running.stacks.get(stack).is_some_and(|stack| stack.has(esp));
        if other {
            self.choose(m, esp);
            let node = self.child(below, maps, site);
            let stack = &mut self.running.stacks[self.running.current];
            stack.frames.clear();
            stack.base = below;
            stack.frames.push((esp, node));
            stack.update();
        } else if esp < before {
            self.push(esp, maps, site);
        }
    }

    /// Takes the stack that ESP is in.
    fn choose(&mut self, m: &Machine, esp: u32) {
        let running = &mut self.running;
        if running.stacks.get(running.current).is_some_and(|stack| stack.has(esp)) {
            return;
        }
        let region = m.memory.region(esp.wrapping_sub(1)).map(|region| region.pages.clone()).unwrap_or_default();
        let (start, end) = (region.start << 12, u64::from(region.end) << 12);
        let known = running.stacks.iter().position(|stack| stack.end == end);
        running.current = known.unwrap_or(running.stacks.len());
        if known.is_none() {
            let root = running.root;
            running.stacks.push(Stack { base: root, node: root, ..Stack::default() });
        }
        let stack = &mut running.stacks[running.current];
        // A stack that grows has a new start.
        (stack.start, stack.end) = (start, end);
    }

    /// Takes off the frames whose return addresses ESP has passed.
    fn pop(&mut self, esp: u32) {
        let Some(stack) = self.running.stacks.get_mut(self.running.current) else { return };
        let mut changed = false;
        while stack.frames.last().is_some_and(|(slot, _)| *slot < esp) {
            stack.frames.pop();
            changed = true;
        }
        if changed {
            stack.update();
        }
    }

    fn push(&mut self, esp: u32, maps: &CodeMaps, site: CallSite) {
        let node = self.node();
        let depth = self.running.stacks.get(self.running.current).map_or(0, |stack| stack.frames.len());
        let node = if depth < DEEPEST { self.child(node, maps, site) } else { node };
        if let Some(stack) = self.running.stacks.get_mut(self.running.current) {
            stack.frames.push((esp, node));
            stack.node = node;
        }
    }

    /// The node of what is called from a place in another one. All calls from the same functions have the same
    /// node: with one for each place, a recursion would have more than memory can hold.
    fn child(&mut self, parent: u32, maps: &CodeMaps, site: CallSite) -> u32 {
        let place = (parent, site.map, site.address);
        if let Some(known) = self.called.get(&place) {
            return *known;
        }
        let functions = self.names.number(maps, site);
        let next = self.nodes.len() as u32;
        let node = *self.children.entry((parent, functions)).or_insert(next);
        if node == next {
            self.nodes.push(Some((parent, functions)));
        }
        self.called.insert(place, node);
        node
    }

    /// The node of the thread that runs, by process, thread and name.
    fn new_root(&mut self, kernel: &Kernel) -> u32 {
        let (pid, tid) = self.who;
        let name = String::from_utf8_lossy(kernel.thread_name()).escape_debug().to_string();
        let thread = if pid == tid { String::new() } else { format!(" thread {tid}") };
        let name = format!("{name} [{pid}]{thread}");
        if let Some(known) = self.root_nodes.get(&name) {
            return *known;
        }
        let node = self.nodes.len() as u32;
        self.nodes.push(None);
        self.root_nodes.insert(name.clone(), node);
        self.roots.insert(node, name);
        node
    }
}
