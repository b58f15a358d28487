//! Vectors of the machine: each is told by what its inputs bring, and computed by the crate
//! `tower` from them alone.

use super::Verdict;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tower::motion::Motion;
use tower::schedule::mast::{Lift, Mast};
use tower::schedule::pairing::{self, Slots};
use tower::science::nearest::{dual_command_with_choice, travel_to_nearest};
use tower::science::queue::{Service, one_server};
use tower::science::rack::{Grid, Rack};
use tower::science::turnover::{DemandCurve, RANDOM};

/// The schema of a file with such vectors.
pub(crate) const SCHEMA: &str = "tower-vectors/1";

/// More states than any search of a vector needs.
const STATES: usize = 50_000_000;

/// Checks one vector; others of its file may be what its inputs refer to.
pub(crate) fn check(vector: &Value, file: &[Value]) -> Verdict {
    let inputs = &vector["inputs"];
    let brings = |name: &str| inputs.get(name).is_some();
    let has_case = |name: &str| inputs["cases"][0].get(name).is_some();
    let expected = &vector["expected"];
    let outcome = if brings("shape_factors") {
        continuous_rack(inputs, expected)
    } else if brings("abc") {
        turnover(inputs, expected)
    } else if has_case("d") {
        motion(inputs, expected)
    } else if has_case("nx") {
        discrete_rack(inputs, expected)
    } else if brings("bays_per_floor") {
        single_command(inputs, expected)
    } else if brings("storage_slots") {
        pairs(inputs, expected)
    } else if brings("interarrival_mean_s") {
        waits(inputs, expected, file)
    } else if brings("instances") {
        one_mast(inputs, expected)
    } else if brings("k") {
        choice(inputs, expected)
    } else if brings("b") {
        dwell(inputs, expected)
    } else {
        return Verdict::Skipped("no crate here computes from such inputs".to_owned());
    };
    match outcome {
        Ok(()) => Verdict::Passed,
        Err(error) => Verdict::Failed(format!("{error:#}")),
    }
}

fn continuous_rack(inputs: &Value, expected: &Value) -> Result<()> {
    for (shape, row) in both(&inputs["shape_factors"], &expected["table"])? {
        let rack = Rack::of_shape(number(shape)?);
        equal(shape, &row["b"])?;
        near(rack.single_command(), &row["E_SC_over_T"], 1e-9)?;
        near(rack.travel_between(), &row["E_TB_over_T"], 1e-9)?;
        near(rack.dual_command(), &row["E_DC_over_T"], 1e-9)?;
    }
    let wall = |name: &str| number(&inputs["example"][name]);
    let rack = Rack::new(wall("L_m")?, wall("H_m")?, wall("vh_mps")?, wall("vv_mps")?);
    let example = &expected["example"];
    near(rack.longer, &example["T_s"], 1e-9)?;
    near(rack.shape, &example["b"], 1e-9)?;
    near(rack.single_command(), &example["E_SC_s"], 1e-6)?;
    near(rack.travel_between(), &example["E_TB_s"], 1e-6)?;
    near(rack.dual_command(), &example["E_DC_s"], 1e-6)
}

fn discrete_rack(inputs: &Value, expected: &Value) -> Result<()> {
    let count = |value: &Value| anyhow::Ok(u32::try_from(value.as_u64().context("a count")?)?);
    let cases = list(&inputs["cases"])?;
    let all = ["E_SC", "continuous", "deviation_pct"];
    let [times, limits, deviations] = all.map(|name| list(&expected[name]));
    let (times, limits, deviations) = (times?, limits?, deviations?);
    ensure!(cases.len() == times.len(), "as many times as cases");
    for (index, case) in cases.iter().enumerate() {
        let shape = number(&case["b"])?;
        let (columns, rows) = (count(&case["nx"])?, count(&case["ny"])?);
        let time = Grid {
            columns,
            rows,
            shape,
        }
        .single_command();
        let limit = Rack::of_shape(shape).single_command();
        near(time, &times[index], 1e-9)?;
        near(limit, &limits[index], 1e-9)?;
        near((time / limit - 1.0) * 100.0, &deviations[index], 1e-4)?;
    }
    Ok(())
}

fn turnover(inputs: &Value, expected: &Value) -> Result<()> {
    near(RANDOM, &expected["random"], 1e-5)?;
    for (name, row) in both(&inputs["abc"], &expected["rows"])? {
        let name = name.as_str().context("a name such as 20/40")?;
        let (items, demand) = name.split_once('/').context("a name such as 20/40")?;
        let part = |text: &str| anyhow::Ok(text.parse::<f64>()? / 100.0);
        let curve = DemandCurve::with_share(part(items)?, part(demand)?);
        let (two, three) = (curve.best_classes(2), curve.best_classes(3));
        near(curve.s, &row["s"], 1e-6)?;
        near(curve.full_turnover(), &row["E_full_turnover"], 1e-5)?;
        near(two.expected, &row["E_two_class"], 1e-5)?;
        near(two.radii[0], &row["two_class_R"], 2e-3)?;
        near(three.expected, &row["E_three_class"], 1e-5)?;
        for (radius, published) in three.radii.iter().zip(list(&row["three_class_R"])?) {
            near(*radius, published, 2e-3)?;
        }
        let saved = |time: f64| (1.0 - time / RANDOM) * 100.0;
        let reduction = &row["reduction_pct"];
        near(saved(curve.full_turnover()), &reduction["full"], 1e-3)?;
        near(saved(two.expected), &reduction["two_class"], 1e-3)?;
        near(saved(three.expected), &reduction["three_class"], 1e-3)?;
    }
    Ok(())
}

fn motion(inputs: &Value, expected: &Value) -> Result<()> {
    for (case, time) in both(&inputs["cases"], &expected["t_s"])? {
        let [d, v, a] = ["d", "v", "a"].map(|name| number(&case[name]));
        near(Motion::trapezoid(d?, v?, a?).duration_s(), time, 1e-9)?;
    }
    Ok(())
}

/// One place of a round tower: how long both axes take to it from the bay.
struct Reach {
    lift_s: f64,
    turn_s: f64,
}

impl Reach {
    fn both_s(&self) -> f64 {
        self.lift_s.max(self.turn_s)
    }
}

fn single_command(inputs: &Value, expected: &Value) -> Result<()> {
    let slots = round_tower(inputs)?;
    let times = single_command_times(inputs)?;
    let service = Service::of(&times).context("there is no slot")?;
    let turns_longer = slots
        .iter()
        .filter(|slot| slot.turn_s > slot.lift_s)
        .count();
    near(service.mean_s, &expected["mean_s"], 1e-6)?;
    near(
        times.iter().copied().fold(f64::MAX, f64::min),
        &expected["min_s"],
        1e-6,
    )?;
    near(
        times.iter().copied().fold(0.0, f64::max),
        &expected["max_s"],
        1e-6,
    )?;
    near(
        service.second_moment_s2,
        &expected["second_moment_s2"],
        1e-4,
    )?;
    near(service.deviation_s(), &expected["std_s"], 1e-6)?;
    same(
        turns_longer as u64,
        &expected["slots_where_rotation_dominates"],
    )
}

/// Lays out the slots of a round tower: each axis from rest to rest, the shorter way round.
fn round_tower(inputs: &Value) -> Result<Vec<Reach>> {
    let drive = |axis: &str, v: &str, a: &str| {
        anyhow::Ok((number(&inputs[axis][v])?, number(&inputs[axis][a])?))
    };
    let (lift_v, lift_a) = drive("lift", "v_mps", "a_mps2")?;
    let (turn_v, turn_a) = drive("rotation", "w_degps", "alpha_degps2")?;
    let step = |name: &str| {
        let text = inputs[name].as_str().context("a step such as 2.4*floor")?;
        let number = text.split('*').next().unwrap_or_default();
        number
            .parse::<f64>()
            .with_context(|| format!("a step in {text:?}"))
    };
    let (height_m, angle_deg) = (step("slot_height_m")?, step("slot_angle_deg")?);
    let floors = inputs["floors"].as_u64().context("floors")?;
    let stalls = inputs["bays_per_floor"]
        .as_u64()
        .context("bays_per_floor")?;
    let mut slots = Vec::new();
    for floor in 1..=floors {
        for stall in 0..stalls {
            let round = angle_deg * stall as f64;
            let turn = round.min(360.0 - round);
            slots.push(Reach {
                lift_s: Motion::trapezoid(height_m * floor as f64, lift_v, lift_a).duration_s(),
                turn_s: Motion::trapezoid(turn, turn_v, turn_a).duration_s(),
            });
        }
    }
    Ok(slots)
}

fn single_command_times(inputs: &Value) -> Result<Vec<f64>> {
    let handling_s = number(&inputs["pick_s"])? + number(&inputs["place_s"])?;
    let slots = round_tower(inputs)?;
    Ok(slots
        .iter()
        .map(|slot| 2.0 * slot.both_s() + handling_s)
        .collect())
}

/// Travel by the longer of both ways, in the unit of the coordinates.
fn chebyshev(points: &[Vec<u64>], from: usize, to: usize) -> u64 {
    let axes = points[from].iter().zip(&points[to]);
    axes.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

fn pairs(inputs: &Value, expected: &Value) -> Result<()> {
    let mut points = vec![vec![0, 0]];
    let mut indices = |name: &str| {
        let slots: Vec<Vec<u64>> = serde_json::from_value(inputs[name].clone())?;
        let first = points.len();
        points.extend(slots);
        anyhow::Ok((first..points.len()).collect::<Vec<usize>>())
    };
    let (stores, fetches) = (indices("storage_slots")?, indices("retrieval_slots")?);
    let slots = Slots {
        bay: 0,
        stores: &stores,
        fetches: &fetches,
    };
    let travel = |from: usize, to: usize| chebyshev(&points, from, to);
    for (store, row) in stores.iter().zip(list(&expected["travel_between_matrix"])?) {
        for (fetch, way) in fetches.iter().zip(list(row)?) {
            same(travel(*store, *fetch), way)?;
        }
    }
    let best = pairing::best(slots, travel);
    let fixed = pairing::fixed_legs(slots, travel);
    let numbers = |pairs: &[Option<usize>]| serde_json::json!(pairs);
    let nearest = pairing::nearest(slots, travel);
    let in_order = pairing::in_order(slots);
    let alone = vec![None; stores.len()];
    let total = |pairs: &[Option<usize>]| pairing::travel_of(slots, pairs, travel);
    same(fixed, &expected["fixed_legs"])?;
    same(best.proof.cost - fixed, &expected["optimal_between"])?;
    same(best.proof.cost, &expected["optimal_total"])?;
    same(best.proof.bound, &expected["optimal_total"])?;
    equal(
        &numbers(&best.fetch_of),
        &expected["optimal_retrieval_for_storage"],
    )?;
    equal(&numbers(&nearest), &expected["nearest_neighbour_pairs"])?;
    same(total(&best.fetch_of), &expected["optimal_total"])?;
    // The optimum is the only one when it cannot be kept without one of its pairs.
    let without = |(index, fetch): (usize, &Option<usize>)| {
        let pair = Some((stores[index], fetches[(*fetch)?]));
        let dear = |from, to| travel(from, to) + u64::from(pair == Some((from, to))) * 1_000_000;
        Some(pairing::best(slots, dear).proof.cost)
    };
    let others = best.fetch_of.iter().enumerate().filter_map(without);
    let unique = others.min() > Some(best.proof.cost);
    equal(&Value::from(unique), &expected["optimum_is_unique"])?;
    same(total(&nearest), &expected["nearest_neighbour_total"])?;
    same(total(&in_order), &expected["fcfs_total"])?;
    same(total(&alone), &expected["all_single_commands_total"])
}

fn waits(inputs: &Value, expected: &Value, file: &[Value]) -> Result<()> {
    let served = file.iter().find(|vector| vector["id"] == inputs["service"]);
    let served = served.context("the vector of the service times is not in the file")?;
    let times = single_command_times(&served["inputs"])?;
    let service = Service::of(&times).context("there is no slot")?;
    for (interarrival, row) in both(&inputs["interarrival_mean_s"], &expected["rows"])? {
        let wait = one_server(number(interarrival)?, service).context("it is overloaded")?;
        near(number(interarrival)?, &row["interarrival_s"], 0.0)?;
        near(wait.utilisation, &row["rho"], 1e-6)?;
        near(wait.wait_s, &row["Wq_s"], 1e-4)?;
        near(wait.response_s, &row["response_s"], 1e-4)?;
    }
    Ok(())
}

fn one_mast(inputs: &Value, expected: &Value) -> Result<()> {
    let floors = i32::try_from(inputs["N"].as_i64().context("N")?)?;
    let mast = Mast::of_floors(floors);
    for (instance, row) in both(&inputs["instances"], &expected["rows"])? {
        equal(instance, &row["retrieval_floors"])?;
        let cars: Vec<i32> = serde_json::from_value(instance.clone())?;
        let start = [Lift::at(-1), Lift::at(0)];
        let plan = mast
            .plan(&cars, start, STATES)
            .context("there is no plan")?;
        ensure!(plan.proof.is_exact(), "the search was cut short");
        ensure!(plan.steps.iter().all(|pair| mast.allows(pair)), "lifts met");
        same(mast.one_lift(&cars), &row["one_lift"])?;
        same(plan.proof.cost, &row["two_lifts_non_passing"])?;
        let free = mast.without_interference(&cars, [0, 0]);
        same(free, &row["two_lifts_without_interference"])?;
    }
    Ok(())
}

fn choice(inputs: &Value, expected: &Value) -> Result<()> {
    let rack = Rack::of_shape(1.0);
    let counts = list(&inputs["k"])?;
    let all = [
        "E_between_over_T",
        "dual_command_over_T",
        "saving_vs_fcfs_pct",
    ];
    let [between, dual, saving] = all.map(|name| list(&expected[name]));
    let (between, dual, saving) = (between?, dual?, saving?);
    ensure!(counts.len() == between.len(), "as many times as counts");
    for (index, k) in counts.iter().enumerate() {
        let k = u32::try_from(k.as_u64().context("a count")?)?;
        let command = dual_command_with_choice(rack, k);
        near(travel_to_nearest(rack, k), &between[index], 2e-5)?;
        near(command, &dual[index], 2e-5)?;
        near(
            (1.0 - command / rack.dual_command()) * 100.0,
            &saving[index],
            2e-3,
        )?;
    }
    Ok(())
}

fn dwell(inputs: &Value, expected: &Value) -> Result<()> {
    for (shape, row) in both(&inputs["b"], &expected["rows"])? {
        let rack = Rack::of_shape(number(shape)?);
        equal(shape, &row["b"])?;
        near(rack.from_corner(), &row["corner"], 1e-9)?;
        near(rack.from_centre(), &row["centre"], 1e-9)?;
        near(rack.break_even_store_share(), &row["break_even_p"], 1e-9)?;
    }
    Ok(())
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value
        .as_array()
        .with_context(|| format!("a list, not {value}"))
}

/// Lays two lists of the same length side by side.
fn both<'v>(left: &'v Value, right: &'v Value) -> Result<Vec<(&'v Value, &'v Value)>> {
    let (left, right) = (list(left)?, list(right)?);
    ensure!(
        !left.is_empty() && left.len() == right.len(),
        "lists of one length"
    );
    Ok(left.iter().zip(right).collect())
}

fn number(value: &Value) -> Result<f64> {
    value
        .as_f64()
        .with_context(|| format!("a number, not {value}"))
}

/// Compares within a tolerance; printed digits are rounded, so half of the ninth is allowed.
fn near(ours: f64, published: &Value, tolerance: f64) -> Result<()> {
    let published = number(published)?;
    let off = (ours - published).abs();
    ensure!(off <= tolerance, "{ours} computed, {published} published");
    Ok(())
}

fn same(ours: u64, published: &Value) -> Result<()> {
    equal(&Value::from(ours), published)
}

fn equal(ours: &Value, published: &Value) -> Result<()> {
    if ours != published {
        bail!("{ours} computed, {published} published");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> Vec<Value> {
        let text = include_str!("../../../crates/tower/tests/vectors/tower.json");
        let file: Value = serde_json::from_str(text).expect("the vectors are JSON");
        assert_eq!(file["meta"]["schema"], SCHEMA);
        file["vectors"].as_array().expect("a list").clone()
    }

    #[test]
    fn every_vector_of_the_machine_is_computed() {
        let file = vectors();
        assert_eq!(file.len(), 10);
        for vector in &file {
            let verdict = check(vector, &file);
            assert!(matches!(verdict, Verdict::Passed), "{}", vector["id"]);
        }
    }

    #[test]
    fn every_published_number_is_compared() {
        let file = vectors();
        for (index, vector) in file.iter().enumerate() {
            let mut broken = 0;
            for pointer in numbers_in(&vector["expected"], String::new()) {
                let mut changed = vector.clone();
                let number = changed["expected"]
                    .pointer_mut(&pointer)
                    .expect("it is there");
                *number = match number.as_u64() {
                    Some(whole) => Value::from(whole + 1),
                    None => Value::from(number.as_f64().expect("a number") + 0.01),
                };
                let verdict = check(&changed, &file);
                let failed = matches!(verdict, Verdict::Failed(_));
                assert!(failed, "{} at {pointer} is not compared", vector["id"]);
                broken += 1;
            }
            assert!(broken > 0, "vector {index} publishes nothing");
        }
    }

    fn numbers_in(value: &Value, at: String) -> Vec<String> {
        match value {
            Value::Number(_) => vec![at],
            Value::Array(items) => {
                let inner = items.iter().enumerate();
                inner
                    .flat_map(|(index, item)| numbers_in(item, format!("{at}/{index}")))
                    .collect()
            }
            Value::Object(fields) => {
                let inner = fields.iter().filter(|(_, field)| !field.is_string());
                inner
                    .flat_map(|(name, field)| numbers_in(field, format!("{at}/{name}")))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}
