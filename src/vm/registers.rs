//! Registers by name, at their own width: for debuggers and scripts, and for who knows PyVM.
//!
//! Programs that know which register they want use the typed accessors of [`Cpu`].

use crate::cpu::{Cpu, Segment};
use crate::instructions::selector::{self, Transfer};
use crate::instructions::{Exception, Machine};

use super::register_name::RegisterName;

/// The registers of a machine, to be read by name.
///
/// Names are those that assemblers use, in letters of either case:
///
/// | names | bytes | |
/// |---|---|---|
/// | `eax` … `edi`, `ax` … `di`, `al` … `bh` | 4, 2, 1 | general-purpose registers |
/// | `eip`, `eflags` | 4 | |
/// | `es`, `cs`, `ss`, `ds`, `fs`, `gs` | 2 | selectors of the segment registers |
/// | `st0` … `st7` (also `st(0)` …) | 10 | x87 registers, counted from the top of the stack |
/// | `fpcw`, `fpsw`, `fptag` | 2 | x87 control, status and tag word |
/// | `mm0` … `mm7` | 8 | MMX |
/// | `xmm0` … `xmm7`, `ymm0` … `ymm7` | 16, 32 | SSE and AVX |
/// | `mxcsr` | 4 | control and status of SIMD floating point |
///
/// ```
/// use tab86::vm::Vm;
/// let vm = Vm::new(4096);
/// assert_eq!(vm.registers().get("esp"), Some(4096));
/// assert_eq!(vm.registers().get("cs"), Some(0x23));
/// assert_eq!(vm.registers().bytes("xmm0"), Some(vec![0; 16]));
/// assert_eq!(vm.registers().get("rax"), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RegisterView<'a>(pub(super) &'a Cpu);

impl RegisterView<'_> {
    /// A register of at most 32 bits, zero-extended; `None` if there is no such register, or if it
    /// is wider.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u32> {
        let register = RegisterName::parse(name).filter(|register| register.size() <= 4)?;
        Some(register.read(self.0)[0] as u32)
    }

    /// The bytes of any register, the lowest first; `None` if there is no such register.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let register = RegisterName::parse(name)?;
        let halves = register.read(self.0).map(u128::to_le_bytes);
        Some(halves.concat()[..register.size()].to_vec())
    }
}

/// The registers of a machine, to be changed by name; [`RegisterView`] lists the names.
///
/// ```
/// use tab86::vm::Vm;
/// let mut vm = Vm::new(4096);
/// vm.registers_mut().set("ax", 0x1234)?;
/// vm.registers_mut().set_bytes("mm1", &[1, 2, 3, 4, 5, 6, 7, 8])?;
/// assert_eq!(vm.registers().get("ah"), Some(0x12));
/// assert_eq!(vm.cpu().mm(1), 0x0807_0605_0403_0201);
/// # Ok::<(), tab86::vm::RegisterError>(())
/// ```
#[derive(Debug)]
pub struct RegisterViewMut<'a>(pub(super) &'a mut Machine);

impl RegisterViewMut<'_> {
    /// Replaces a register of at most 32 bits. Bits that do not fit are dropped, and the rest of a
    /// wider register stays as it is. A selector loads its segment, as `MOV` to a segment register does.
    ///
    /// # Errors
    /// There is no such register, it is wider than 32 bits, or the segment cannot be loaded; nothing
    /// has changed then.
    pub fn set(&mut self, name: &str, value: u32) -> Result<(), RegisterError> {
        let register = find(name)?;
        if register.size() > 4 {
            return Err(RegisterError::size(name, register, 4));
        }
        self.write(name, register, [value.into(), 0])
    }

    /// Replaces any register by its bytes, the lowest first.
    ///
    /// # Errors
    /// There is no such register, it has another number of bytes, or the segment cannot be loaded;
    /// nothing has changed then.
    pub fn set_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), RegisterError> {
        let register = find(name)?;
        if bytes.len() != register.size() {
            return Err(RegisterError::size(name, register, bytes.len()));
        }
        let half = |at: usize| bytes.iter().skip(at).take(16).rev().fold(0, |half, byte| half << 8 | u128::from(*byte));
        self.write(name, register, [half(0), half(16)])
    }

    fn write(&mut self, name: &str, register: RegisterName, value: [u128; 2]) -> Result<(), RegisterError> {
        if let RegisterName::Selector(segment) = register {
            let selector = value[0] as u16;
            return load_segment(self.0, segment, selector).map_err(|exception| RegisterError::Selector {
                name: name.to_string(),
                selector,
                exception,
            });
        }
        register.write(&mut self.0.cpu, value);
        Ok(())
    }
}

/// Loads a segment register: CS as a far jump to EIP does, the others as `MOV` does.
pub(super) fn load_segment(m: &mut Machine, segment: Segment, selector: u16) -> Result<(), Exception> {
    if segment == Segment::Cs {
        let descriptor = selector::code_segment(m, selector, m.cpu.eip, Transfer::Call)?;
        selector::load_code(m, selector, descriptor);
        return Ok(());
    }
    Ok(selector::load(m, segment as u8, selector)?)
}

fn find(name: &str) -> Result<RegisterName, RegisterError> {
    RegisterName::parse(name).ok_or_else(|| RegisterError::Unknown(name.to_string()))
}

/// Why a register cannot be set.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RegisterError {
    /// No register has this name.
    #[error(
        "there is no register `{0}`; the names are those of assemblers, such as eax, al, eip, eflags, fs, st0, \
         fpcw, mm0, xmm0, ymm0 and mxcsr"
    )]
    Unknown(String),
    /// The register has another width.
    #[error("register `{name}` has {size} bytes and was given {given}; registers wider than 4 are set by `set_bytes`")]
    Size {
        /// The register.
        name: String,
        /// How many bytes it has.
        size: usize,
        /// How many it was given.
        given: usize,
    },
    /// The selector names no segment that the register can hold.
    #[error("selector {selector:#06x} cannot be loaded into `{name}`: {exception}")]
    Selector {
        /// The segment register.
        name: String,
        /// The selector.
        selector: u16,
        /// What a program would get that tried the same.
        exception: Exception,
    },
}

impl RegisterError {
    fn size(name: &str, register: RegisterName, given: usize) -> RegisterError {
        RegisterError::Size { name: name.to_string(), size: register.size(), given }
    }
}
