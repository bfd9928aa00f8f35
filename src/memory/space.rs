//! An address space as such: what is mapped where, and what has been touched of it. The bytes are in the pool of
//! frames, which the address space that runs has in hand; here is what can be asked about any.

use std::sync::Weak;

use super::checked::chunks;
use super::identity::SpaceIdentity;
use super::mapping::pages;
use super::page::{Backing, PageTable, Rights};
use super::regions::{MappedRegion, Mapping, Regions};
use super::{Access, FramePool, PAGE_SIZE, PAGES, PageFault, Perm, Watch};

/// An address space, which runs or is put aside.
#[derive(Debug)]
pub struct AddressSpace {
    /// What is mapped.
    pub(super) regions: Regions,
    /// What has been touched of it.
    pub(super) pages: PageTable,
    /// One past the last byte that exists (2^32 unless capped).
    pub(super) end: u64,
    pub(super) layout: SpaceIdentity,
    /// The pool's count of code in shared frames when the rights to write were last checked against it.
    pub(super) seen_epoch: u64,
    pub(super) watch: Option<Watch>,
}

impl Default for AddressSpace {
    /// 4 GiB in which nothing is mapped.
    fn default() -> Self {
        AddressSpace {
            regions: Regions::default(),
            pages: PageTable::default(),
            end: 1 << 32,
            layout: SpaceIdentity::default(),
            seen_epoch: 0,
            watch: None,
        }
    }
}

impl AddressSpace {
    /// The regions that have pages in the range of `length` bytes from `address` on, in order.
    pub fn regions(&self, address: u32, length: u32) -> impl Iterator<Item = &MappedRegion> {
        self.regions.within(pages(address, length))
    }

    /// One past the last mapped byte below an address that is not mapped; 0 if there is none.
    #[must_use]
    pub fn mapped_below(&self, address: u32) -> u64 {
        u64::from(self.regions.end_below(address >> 12)) << 12
    }

    /// Where the highest `length` bytes start that are not mapped and lie below `ceiling`, both in whole pages.
    #[must_use]
    pub fn highest_gap(&self, length: u64, ceiling: u64) -> Option<u64> {
        let [count, ceiling] = [length.div_ceil(PAGE_SIZE as u64), ceiling / PAGE_SIZE as u64];
        let ceiling = u32::try_from(ceiling).unwrap_or(u32::MAX);
        self.regions.highest_gap(u32::try_from(count).ok()?, ceiling).map(|page| u64::from(page) << 12)
    }

    /// The region that an address belongs to.
    #[must_use]
    pub fn region(&self, address: u32) -> Option<&MappedRegion> {
        self.regions.at(address >> 12)
    }

    /// How many pages are mapped.
    #[must_use]
    pub fn mapped_pages(&self) -> u64 {
        self.regions.pages()
    }

    /// How many regions there are.
    #[must_use]
    pub fn region_count(&self) -> usize {
        self.regions.count()
    }

    /// Whether a page has a frame of its own, or one that it shares.
    #[must_use]
    pub fn is_resident(&self, address: u32) -> bool {
        !matches!(self.pages.get(address >> 12), Backing::Untouched)
    }

    /// How many pages have a frame of their own, or one that they share.
    #[must_use]
    pub fn resident_pages(&self) -> u64 {
        self.pages.all_resident()
    }

    /// The same of the range of `length` bytes from `address` on.
    #[must_use]
    pub fn resident_in(&self, address: u32, length: u32) -> u64 {
        self.pages.resident(pages(address, length))
    }

    /// The permissions of the page at `address`; `None` if it is not mapped.
    #[must_use]
    pub fn perm(&self, address: u32) -> Option<Perm> {
        Some(self.regions.at(address >> 12)?.mapping.perm)
    }

    /// One past the last byte that exists.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Which address space this is, and how often its executable pages have changed.
    #[must_use]
    pub fn layout(&self) -> (u64, u64) {
        (self.layout.space(), self.layout.changes)
    }

    /// Something that lives as long as the address space.
    pub fn life(&self) -> Weak<u64> {
        self.layout.life()
    }

    /// Whether every byte of the range is mapped so that it allows `access`.
    ///
    /// # Errors
    /// The first byte that is not.
    pub(super) fn allows(&self, address: u32, length: u32, access: Access) -> Result<(), PageFault> {
        chunks(address, length as usize).try_for_each(|(at, range)| self.check_page(at, range.len() as u32, access))
    }

    /// Whether the mapping of a page allows an access to some of its bytes.
    pub(super) fn check_page(&self, address: u32, length: u32, access: Access) -> Result<(), PageFault> {
        let wanted = match access {
            Access::Read => Perm::READ,
            Access::Write => Perm::WRITE,
            Access::Fetch => Perm::EXECUTE,
        };
        match self.perm(address) {
            Some(perm) if perm.has(wanted) => {
                let last = u64::from(address) + u64::from(length);
                let beyond = last > self.end;
                let first = self.end.max(u64::from(address)) as u32;
                if beyond { Err(PageFault { address: first, access, present: false }) } else { Ok(()) }
            }
            perm => Err(PageFault { address, access, present: perm.is_some() }),
        }
    }

    /// The bytes from `address` on up to the first that is not mapped, at most `length`, whatever the
    /// permissions are. The frames are in `pool`.
    #[must_use]
    pub fn mapped_bytes(&self, pool: &FramePool, address: u32, length: u32) -> Vec<u8> {
        let mut bytes = vec![0; self.mapped_run(address, length, |_| true) as usize];
        self.copy_mapped(pool, address, &mut bytes);
        bytes
    }

    /// A number that is another one, as good as always, where another byte is mapped.
    pub(crate) fn checksum(&self, pool: &FramePool) -> u32 {
        let mut sum = flate2::Crc::new();
        for region in self.regions.within(0..PAGES as u32) {
            for page in region.pages.clone() {
                let mut bytes = [0; PAGE_SIZE];
                self.copy_mapped(pool, page << 12, &mut bytes);
                sum.update(&(page.to_le_bytes()));
                sum.update(&bytes);
            }
        }
        sum.sum()
    }

    /// How many bytes from `address` on, of at most `length`, are mapped in such a way.
    pub(super) fn mapped_run(&self, address: u32, length: u32, suits: impl Fn(&Mapping) -> bool) -> u32 {
        let end = (u64::from(address) + u64::from(length)).min(self.end);
        let mut at = u64::from(address);
        while at < end {
            let Some(region) = self.regions.at((at >> 12) as u32).filter(|region| suits(&region.mapping)) else {
                break;
            };
            at = u64::from(region.pages.end) << 12;
        }
        (at.min(end) - u64::from(address)) as u32
    }

    /// Copies out what is mapped, whatever its permissions; no page gets a frame by it.
    pub(super) fn copy_mapped(&self, pool: &FramePool, address: u32, bytes: &mut [u8]) {
        for (at, range) in chunks(address, bytes.len()) {
            let number = at >> 12;
            let region = self.regions.at(number);
            let frame = match (self.pages.get(number), region.and_then(|region| region.source(number))) {
                (Backing::Frame(frame, _), _) => *pool.bytes(*frame),
                (Backing::Untouched, Some((source, page))) => source.peek(page, pool),
                (Backing::Untouched, None) => [0; PAGE_SIZE],
            };
            let start = at as usize % PAGE_SIZE;
            let length = range.len();
            bytes[range].copy_from_slice(&frame[start..start + length]);
        }
    }

    /// Another one in which the same is mapped and touched.
    pub(super) fn copy(&self) -> AddressSpace {
        AddressSpace {
            regions: self.regions.clone(),
            pages: self.pages.clone(),
            end: self.end,
            layout: SpaceIdentity::default(),
            seen_epoch: self.seen_epoch,
            watch: None,
        }
    }

    /// The right to write is to be asked for again, where frames have got code since it was given.
    pub(super) fn see_code(&mut self, epoch: u64) {
        if self.seen_epoch != epoch {
            self.seen_epoch = epoch;
            self.pages.limit_all_rights(Rights::Read);
        }
    }
}
