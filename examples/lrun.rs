use tab86::engine::{self, Options};
use tab86::instructions::Machine;
use tab86::linux::{self, Config, Exit, Grant};
fn main() {
    let mut args = std::env::args().skip(1).peekable();
    let mut config = Config::default();
    while let Some(a) = args.peek() {
        match a.as_str() {
            "--dir" => {
                args.next();
                let v = args.next().unwrap();
                let (h, g) = v.split_once("::").unwrap_or((&v, &v));
                config.grants.push(Grant { host: h.into(), guest: g.into(), writable: true });
            }
            "--env" => {
                args.next();
                config.env.push(args.next().unwrap().into_bytes());
            }
            "--strace" => {
                args.next();
                config.strace = Some(std::sync::Arc::new(std::sync::Mutex::new(std::io::stderr())));
            }
            _ => break,
        }
    }
    let args: Vec<String> = args.collect();
    let image = std::fs::read(&args[0]).unwrap();
    config.program = args[0].clone();
    config.args = args.iter().map(|a| a.clone().into_bytes()).collect();
    let mut m = Machine::default();
    let mut k = match linux::load(&mut m, &image, &config) {
        Ok(k) => k,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(126)
        }
    };
    let stop = engine::run(&mut m, &mut k, &Options::default(), u64::MAX);
    if !k.refusals().is_empty() && std::env::var("REF").is_ok() {
        eprintln!("{:?}", k.refusals());
    }
    match k.exit() {
        Some(Exit::Status(n)) => std::process::exit(n.into()),
        Some(Exit::Signal(n)) => {
            eprintln!("signal {n}: {stop:?} at {:#x}", m.cpu.eip);
            std::process::exit(128 + i32::from(n))
        }
        None => {
            let mut b = [0; 16];
            let n = m.memory.fetch(m.cpu.eip, &mut b);
            if let Some(tab86::instructions::Event::Fault(tab86::instructions::Exception::Unimplemented(r))) = stop {
                eprintln!("{}", tab86::table::rows()[r as usize].instruction);
            }
            eprintln!("stop {stop:?} at {:#x}: {:02x?}", m.cpu.eip, &b[..n]);
            std::process::exit(125)
        }
    }
}
