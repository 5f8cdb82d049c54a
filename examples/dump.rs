use otp_doctor::{knowledge::*, probe, rehearse::*, session::Mode};
use std::collections::BTreeMap;
fn main() {
    let k = Knowledge::compile(&Sources::embedded(), &probe::vocabulary()).knowledge;
    let id = std::env::args().nth(1).unwrap();
    let n: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let t = std::time::Instant::now();
    let all = journeys(&k, &k.symptoms[&id], Mode::Person, n, 1);
    eprintln!("{:?}", t.elapsed());
    let mut m: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let short = |t: &Taken| match t { Taken::Asked{question,answer,..}=>format!("{question}={answer}"), Taken::Tried{remedy,helped,..}=>format!("*{remedy}{}", if *helped {"+"} else {""}), Taken::WentOn{to,..}=>format!(">>{to}"), Taken::Verified{..}=>"verified".into()};
    for j in &all { let v: Vec<String> = j.steps.iter().map(short).collect(); for i in 1..=v.len() { *m.entry(v[..i].to_vec()).or_default() += 1; } }
    for (v, c) in &m { if *c * 50 >= n { println!("{}{} {}", "  ".repeat(v.len()), v.last().unwrap(), c); } }
    let mut len: BTreeMap<usize, usize> = BTreeMap::new();
    for j in &all { *len.entry(j.steps.len()).or_default() += 1; }
    eprintln!("{len:?} distinct {}", m.len());
}
