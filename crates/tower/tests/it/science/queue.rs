//! Waits, against a published garage and against each other.

use tower::science::queue::{Service, one_server, several_servers};

#[test]
fn a_round_garage_of_ten_layers_waits_as_published() {
    // China Journal of Highway and Transport 2017: an arrival every 29.71 s; 26.67 and 18.66 s for
    // a car with 2 and 3 lifts, mean time in the system 276.6 and 75.8 s.
    for (servers, per_car, computed, published) in
        [(2, 26.67, 274.70, 276.6), (3, 18.66, 75.62, 75.8)]
    {
        let wait = several_servers(29.71, f64::from(servers) * per_car, servers);
        let response = wait.expect("it keeps up").response_s;
        assert!((response - computed).abs() < 5e-3, "{response}");
        assert!((response / published - 1.0_f64).abs() < 0.007);
    }
}

#[test]
fn one_of_several_servers_is_one_server_with_exponential_service() {
    let service = Service {
        mean_s: 40.0,
        second_moment_s2: 2.0 * 40.0 * 40.0,
    };
    let one = one_server(60.0, service).expect("it keeps up");
    let same = several_servers(60.0, 40.0, 1).expect("it keeps up");
    assert!((one.wait_s - same.wait_s).abs() < 1e-9);
    assert!((one.response_s - 40.0 / (1.0 - 40.0 / 60.0)).abs() < 1e-9);
}

#[test]
fn a_queue_that_grows_for_ever_has_no_mean_wait() {
    let service = Service::of(&[60.0, 60.0]).expect("times");
    assert_eq!(one_server(60.0, service), None);
    assert_eq!(several_servers(29.0, 60.0, 2), None);
    assert_eq!(Service::of(&[]), None);
}
