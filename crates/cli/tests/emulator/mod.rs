//! What tests ask of the emulator of AWS themselves, and a program that finds it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
};

use serde_json::Value;
use testbed::Moto;

/// Calls an operation, as in `TrentService.CreateKey`, of a service, as in `kms`.
pub fn call(service: &str, operation: &str, input: &Value) -> Value {
    let (body, address) = (input.to_string(), Moto::shared().address());
    let scope = format!("Credential=test/20260101/eu-west-2/{service}/aws4_request");
    let request = format!(
        "POST / HTTP/1.0\r\nHost: {service}.eu-west-2.amazonaws.com\r\nX-Amz-Target: {operation}\r\n\
         Content-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200") || head.starts_with("HTTP/1.0 200"), "{operation}: {answer}");
    serde_json::from_str(body).unwrap_or(Value::Null)
}

/// Calls Secrets Manager.
pub fn secrets(operation: &str, input: &Value) -> Value {
    call("secretsmanager", &format!("secretsmanager.{operation}"), input)
}

/// Makes a key of KMS and gives its ARN.
pub fn key(input: &Value) -> String {
    call("kms", "TrentService.CreateKey", input)["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

/// What the program needs to find the emulator.
pub fn environment() -> Vec<(&'static str, String)> {
    Moto::environment(&Moto::shared().url())
}

/// Runs the program on a data folder: exit code, output, errors.
pub fn plimsoll(data: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.args(arguments).envs(environment()).envs(settings.iter().copied()).env("PLIMSOLL_DATA", data);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
