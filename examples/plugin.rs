//! A sandboxed plugin: it sees nothing of the host, has so many instructions and so much time, and asks its host for one
//! thing by a system call of its own.
//!
//! Run it with `cargo run --example plugin`.

use std::time::{Duration, Instant};

use tab86::linux::Errno;
use tab86::vm::{Hook, Stop, Vm};

/// The number of our own call: price(article) in cents.
const PRICE: u32 = 1000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = [
        0xbe, 0, 0, 0, 0, // mov esi, 0       the sum
        0xbb, 1, 0, 0, 0, // mov ebx, 1       first article
        0xb8, 0xe8, 3, 0, 0, // next: mov eax, 1000
        0xcd, 0x80, // int 0x80         price(ebx)
        0x85, 0xc0, // test eax, eax
        0x78, 5, // js done          no such article
        0x01, 0xc6, // add esi, eax
        0x43, // inc ebx
        0xeb, 0xee, // jmp next
        0xcc, // done: int3
    ];
    let prices = [1999, 250, 799];
    let mut vm = Vm::builder().memory(4096).write(0, code).build()?;
    vm.add_hook(Hook::system_call(PRICE..=PRICE, move |_, call| {
        let article = call.arguments[0] as usize;
        Some(prices.get(article.wrapping_sub(1)).copied().ok_or(Errno::ENOENT))
    }));
    // Every other call is refused, and ends the run.
    vm.add_hook(Hook::system_call(..PRICE, |context, _| {
        context.stop();
        Some(Err(Errno::EPERM))
    }));
    vm.set_deadline(Some(Instant::now() + Duration::from_secs(5)));

    let stop = vm.run(1_000_000);
    let sum = vm.registers().get("esi");
    println!("{stop}; the plugin's sum is {sum:?}");
    assert_eq!((stop, sum), (Stop::Breakpoint, Some(3048)));
    Ok(())
}
