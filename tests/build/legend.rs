//! The legend of `opcodes.json`.

use crate::table::schema::KEYS;

#[test]
fn the_legend_explains_each_key_in_order() {
    let text = include_str!("../../opcodes.json");
    let (legend, _) = text.split_once("\"rows\"").unwrap();
    let explained = |line: &'static str| Some(line.strip_prefix('"')?.split_once("\":")?.0);
    let explained: Vec<&str> = legend.lines().filter_map(explained).filter(|key| *key != "legend").collect();
    assert_eq!(explained, KEYS);
}
