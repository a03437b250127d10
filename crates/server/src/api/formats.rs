//! What the document says about texts that many operations take: said once, by the format that a member or parameter names
//! (`#[schema(format = "one-line")]`), or by a parameter's name.

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, SchemaFormat};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Formats of our own, and what a text of each is like (a regular expression as in ECMA-262). The store checks the same.
const FORMATS: [(&str, &str); 5] = [
    // Not blank, and no control characters.
    (
        "one-line",
        r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000-\u001f\u007f-\u009f]*$",
    ),
    // The same with tabs and line feeds.
    (
        "text",
        r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$",
    ),
    ("text-or-empty", r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$"),
    // Neither blanks nor control characters.
    ("login", r"^[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$"),
    // What the lender calls a person by.
    ("reference", r"^[^\u0000-\u001f\u007f-\u009f]+$"),
];

/// The same for parameters by name: pattern, fewest and most characters.
const PARAMETERS: [(&str, &str, usize, usize); 2] = [
    ("Idempotency-Key", "^[!-~]+$", 1, 255),
    // Base64url of a tag of 16 bytes at least.
    ("cursor", "^[A-Za-z0-9_-]+$", 22, 1_024),
];

/// Writes out what the formats and names stand for.
pub(super) fn complete(document: &mut OpenApi) {
    if let Some(components) = &mut document.components {
        components.schemas.values_mut().for_each(of_schema);
    }
}

/// The same for an operation's parameters.
pub(super) fn complete_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if let Some(schema) = &mut parameter.schema {
            of_schema(schema);
        }
        of_name(parameter);
    }
}

fn of_name(parameter: &mut Parameter) {
    let known = PARAMETERS.iter().find(|(name, ..)| *name == parameter.name);
    let Some((_, pattern, least, most)) = known else { return };
    let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema else { return };
    if matches!(parameter.parameter_in, ParameterIn::Header | ParameterIn::Query) {
        object.pattern = Some((*pattern).to_owned());
        object.min_length = Some(*least);
        object.max_length = Some(*most);
    }
}

fn of_schema(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => of_object(object),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                of_schema(items);
            }
        }
        Schema::OneOf(one_of) => one_of.items.iter_mut().for_each(of_schema),
        Schema::AllOf(all_of) => all_of.items.iter_mut().for_each(of_schema),
        Schema::AnyOf(any_of) => any_of.items.iter_mut().for_each(of_schema),
        _ => {}
    }
}

fn of_object(object: &mut Object) {
    if let Some(SchemaFormat::Custom(name)) = &object.format
        && let Some((_, pattern)) = FORMATS.iter().find(|(format, _)| format == name)
    {
        object.pattern = Some((*pattern).to_owned());
        // It was a name among ourselves.
        object.format = None;
    }
    object.properties.values_mut().for_each(of_schema);
    if let Some(additional) = &mut object.additional_properties
        && let AdditionalProperties::RefOr(schema) = &mut **additional
    {
        of_schema(schema);
    }
}
