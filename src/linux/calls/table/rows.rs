//! How a line of a table becomes a call.

/// The lines of a family's table.
macro_rules! calls {
    ($($number:literal $name:ident($($argument:expr),*) $(-> $answer:expr)? => $family:ident::$run:ident;)*) => {
        /// Each call with its number.
        pub static CALLS: &[(u32, $crate::linux::calls::call::Call)] = &[$((
            $number,
            $crate::linux::calls::call::Call {
                signature: $crate::linux::abi::CallSignature {
                    name: stringify!($name),
                    arguments: &[$($argument),*],
                    answer: calls!(@answer $($answer)?),
                },
                run: $family::$run,
                is_checked: $crate::linux::abi::are_checked(&[$($argument),*]),
                is_answered: calls!(@is_answered $run),
            },
        )),*];
    };
    (@is_answered unimplemented) => { false };
    (@is_answered $run:ident) => { true };
    (@answer) => { INT };
    (@answer $answer:expr) => { $answer };
}

pub(super) use calls;
