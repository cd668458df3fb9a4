use clap::CommandFactory;

use super::*;

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn a_wrong_value_is_named_and_never_a_secret() {
    let settings = |pairs: &[&str]| {
        Cli::try_parse_from([&["hims-chat"], pairs].concat())
            .unwrap()
            .settings
    };
    let problem = settings(&["--listen", "here"])
        .listen()
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("HIMS_LISTEN") && problem.contains("127.0.0.1:8080"),
        "{problem}"
    );
    let secret = "0f".repeat(31);
    let problem = settings(&["--patient-ref-key", &secret])
        .patient_ref_key()
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("HIMS_PATIENT_REF_KEY") && !problem.contains(&secret),
        "{problem}"
    );
    assert!(settings(&["--idle-minutes", "0"]).limits.idle().is_err());
    assert!(
        settings(&["--idle-lock-minutes", "soon"])
            .limits
            .idle_lock()
            .is_err()
    );
    assert!(settings(&["--time-zone", "Mars/Base"]).time_zone().is_err());
    assert!(settings(&["--schema", "drop"]).schema().is_err());
}

#[test]
fn the_example_file_names_every_setting() {
    let example = include_str!("../../../../../.env.example");
    for argument in Cli::command().get_arguments() {
        if let Some(name) = argument.get_env().and_then(|name| name.to_str()) {
            assert!(
                example.contains(&format!("#{name}=")),
                "{name} is not in .env.example"
            );
        }
    }
}
