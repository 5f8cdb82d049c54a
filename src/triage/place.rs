use super::belief::Pool;
use super::log::{Name, Record};
use super::{CausePlace, ENOUGH, LUCKY, chance};

/// People with one cause who have something in common that others do not have.
#[derive(Debug)]
pub(super) struct Tied {
    /// Indices of records.
    pub(super) members: Vec<usize>,
    pub(super) place: CausePlace,
    pub(super) name: Name,
    /// People with the cause whose place is known.
    pub(super) among: usize,
    /// How many of them are to be expected there, if the cause has nothing to do with the place.
    pub(super) coincidences: f64,
    pub(super) luck: f64,
}

pub(super) type Named = fn(&Record) -> Option<Name>;

/// Where something may have its place. A release says more than its app, so it comes first.
pub(super) const PLACES: [(CausePlace, Named); 4] = [
    (CausePlace::App, |record| record.release),
    (CausePlace::App, |record| record.app),
    (CausePlace::Node, |record| record.node),
    (CausePlace::Network, |record| record.network),
];

/// Places that are looked for.
const MOST_TIED: usize = 20;

/// Every cause that is tied to a place, among the suspects of the records that are free; the most remarkable first, each
/// record once.
pub(super) fn all(pool: Pool<'_>, free: &[usize], suspects: Vec<usize>) -> Vec<Tied> {
    let everyone: Vec<usize> = (0..pool.0.records.len()).collect();
    let mut found: Vec<Tied> = Vec::new();
    let mut suspects = suspects;
    // Whoever meets a faulty node is there and nowhere else: they say nothing of where the others should be.
    let mut others = PLACES.map(|(place, _)| if place == CausePlace::Node { free.to_vec() } else { everyone.clone() });
    while found.len() < MOST_TIED {
        let Some(tied) = most_remarkable(pool, &suspects, &others) else { break };
        // For the same reason those who are tied to a place do not stand for the others any more. Members are in order.
        let taken = |index: &usize| tied.members.binary_search(index).is_ok();
        for list in others.iter_mut().chain([&mut suspects]) {
            list.retain(|index| !taken(index));
        }
        found.push(tied);
    }
    found
}

/// Suspects by what each may have; `None`: nobody knows.
fn by_cause(pool: Pool<'_>, suspects: &[usize]) -> Vec<(Option<Name>, Vec<usize>)> {
    let mut all: Vec<(Option<Name>, usize)> = Vec::with_capacity(suspects.len());
    for index in suspects {
        let record = &pool.0.records[*index];
        if record.beliefs.is_some() {
            all.extend(pool.plausible(*index).into_iter().map(|cause| (Some(cause), *index)));
            if record.cause.is_none() {
                all.push((None, *index));
            }
        } else {
            all.push((record.cause, *index));
        }
    }
    all.sort_unstable();
    all.chunk_by(|(one, _), (other, _)| one == other)
        .map(|chunk| (chunk[0].0, chunk.iter().map(|(_, index)| *index).collect()))
        .collect()
}

/// `others` are those to compare with, by place of [`PLACES`].
fn most_remarkable(pool: Pool<'_>, suspects: &[usize], others: &[Vec<usize>; 4]) -> Option<Tied> {
    let causes = by_cause(pool, suspects);
    let of_kinds: Vec<Tied> = PLACES
        .into_iter()
        .zip(others)
        .filter_map(|(kind, others)| most_remarkable_of(pool, &causes, others, kind))
        .collect();
    // Each kind has its share of the luck, whether something was seen there or not.
    let kinds = PLACES.len() as f64;
    let of_kinds = of_kinds.into_iter().map(|tied| Tied { luck: (tied.luck * kinds).min(1.0), ..tied });
    of_kinds.min_by(|one, other| one.luck.total_cmp(&other.luck)).filter(|best| best.luck <= LUCKY)
}

/// Suspects by cause.
type ByCause = [(Option<Name>, Vec<usize>)];

fn most_remarkable_of(
    pool: Pool<'_>,
    causes: &ByCause,
    others: &[usize],
    (place, named): (CausePlace, Named),
) -> Option<Tied> {
    let records = &pool.0.records;
    let everyone = People::by(records, others, named);
    // Every name with which a cause could have been tied counts as looked at.
    let possible = everyone.at.iter().filter(|(_, people)| *people >= ENOUGH).count() as f64;
    let mut best: Option<Tied> = None;
    let mut looked_at = 0.0;
    for (_, of_cause) in causes.iter().filter(|(_, of_cause)| of_cause.len() >= ENOUGH) {
        let here = People::by(records, of_cause, named);
        looked_at += if here.known >= ENOUGH { possible } else { 0.0 };
        for (name, count) in here.at.iter().copied() {
            let known = here.known;
            let others = (everyone.count(name).saturating_sub(count), everyone.known.saturating_sub(known));
            let Some((luck, coincidences)) = luck(count, known, others) else { continue };
            if best.as_ref().is_none_or(|best| luck < best.luck) {
                let at_it = |index: &usize| named(&records[*index]) == Some(name);
                let members = of_cause.iter().copied().filter(at_it).collect();
                best = Some(Tied { members, place, name, among: known, coincidences, luck });
            }
        }
    }
    best.map(|best| Tied { luck: best.luck * looked_at, ..best })
}

/// The chance that nearly all of the members have a place in common by luck; `None` where they have not.
pub(super) fn tied(records: &[Record], members: &[usize], others: &[usize], named: Named, place: Name) -> Option<f64> {
    let members = People::by(records, members, named);
    let others = People::by(records, others, named);
    let (here, known) = (members.count(place), members.known);
    let nearly_all = here * 10 >= known * 9;
    luck(here, known, (others.count(place), others.known)).filter(|_| nearly_all).map(|(luck, _)| luck)
}

/// The chance that so many are at a place, and how many of them would be there anyway; `None` where nobody is elsewhere to
/// compare with, or most of them would.
fn luck(here: usize, known: usize, (others_here, others_known): (usize, usize)) -> Option<(f64, f64)> {
    if here < ENOUGH || others_here >= others_known {
        return None;
    }
    // Whoever has the cause for another reason is there as often as the others are.
    let usual = (others_here as f64 + 0.5) / (others_known as f64 + 1.0);
    let tied = (here as f64 - known as f64 * usual) / (1.0 - usual);
    let remarkable = tied * 2.0 >= here as f64;
    remarkable.then(|| (chance::drawn(here, known, others_here, others_known), here as f64 - tied))
}

/// People by place, each once.
struct People {
    /// Sorted by place, with the number of people there.
    at: Vec<(Name, usize)>,
    /// People whose place is known.
    known: usize,
}

impl People {
    fn by(records: &[Record], some: &[usize], named: Named) -> Self {
        let placed = some.iter().filter_map(|index| Some((named(&records[*index])?, records[*index].person)));
        let mut placed: Vec<(Name, u32)> = placed.collect();
        placed.sort_unstable();
        placed.dedup();
        let at = placed.chunk_by(|(one, _), (other, _)| one == other).map(|chunk| (chunk[0].0, chunk.len())).collect();
        let mut known: Vec<u32> = placed.into_iter().map(|(_, person)| person).collect();
        known.sort_unstable();
        known.dedup();
        Self { at, known: known.len() }
    }

    fn count(&self, place: Name) -> usize {
        self.at.binary_search_by_key(&place, |(name, _)| *name).map_or(0, |found| self.at[found].1)
    }
}
