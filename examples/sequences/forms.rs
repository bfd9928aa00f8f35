//! The commonest instructions, and of each its commonest operands.

use std::collections::{BTreeMap, HashMap};

use super::corpus::Profile;

/// How many instructions are listed, and of each how many ways to name its operands.
const FORMS: usize = 120;
const OPERANDS: usize = 8;

/// Shares in the executed instructions, of something by name.
type Shares = BTreeMap<String, f64>;

/// Writes a line for each form: its share in all instructions and in those up to here; of each form the shares of
/// addresses and of operands.
pub fn tell(profiles: &[Profile]) {
    let mut forms: HashMap<&str, [Shares; 2]> = HashMap::new();
    let mut shares: HashMap<&str, f64> = HashMap::new();
    for profile in profiles {
        let share = |count: u64| count as f64 / profile.instructions as f64 / profiles.len() as f64;
        for form in &profile.forms {
            *shares.entry(&form.form).or_default() += share(form.count);
            let [addresses, operands] = forms.entry(&form.form).or_default();
            for (to, from) in [(addresses, &form.addresses), (operands, &form.operands)] {
                from.iter().for_each(|(name, count)| *to.entry(name.clone()).or_default() += share(*count));
            }
        }
    }
    let mut order: Vec<(&str, f64)> = shares.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut sum = 0.0;
    for (form, share) in order.into_iter().take(FORMS) {
        sum += share;
        println!("{:6.2} % {:6.2} %  {form}", 100.0 * share, 100.0 * sum);
        let [addresses, operands] = &forms[form];
        for (what, number) in [(addresses, usize::MAX), (operands, OPERANDS)] {
            let mut parts: Vec<(&String, &f64)> = what.iter().collect();
            parts.sort_by(|a, b| b.1.total_cmp(a.1));
            let parts = parts.iter().take(number).filter(|(name, _)| !name.is_empty());
            let text: Vec<String> = parts.map(|(name, part)| format!("{name} {:.1}", 100.0 * *part / share)).collect();
            if !text.is_empty() {
                println!("                      {}", text.join(" | "));
            }
        }
    }
}
