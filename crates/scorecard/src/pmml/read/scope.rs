//! What names stand for within a document: fields, derived fields and functions.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
};

use super::{
    data_dictionary::{self, DataField},
    document::Document,
    element::{Element, excerpt},
    expression::Expressions,
    literal::{data_type, origin_year},
    mining_schema::{self, MiningField},
};
use crate::{
    Literal, Result,
    model::{DerivedField, Expression, FieldType},
    nearest::nearest,
};

/// Most nodes that the expressions of a document may come to once functions are written out.
const MAX_NODES: usize = 200_000;

/// The names of a document.
#[derive(Debug)]
pub(super) struct Scope<'d> {
    dictionary: Vec<DataField>,
    pub(super) mining: Vec<MiningField>,
    /// `<DerivedField>`s in document order: of the dictionary, then of the model.
    derived: Vec<&'d Element>,
    functions: HashMap<&'d str, &'d Element>,
    types: HashMap<&'d str, FieldType>,
    /// Fields given as a date whose values are counts: the derived field that counts.
    counted: HashMap<String, DerivedField>,
    /// Names that something used, whose definitions the scorecard must hold.
    used: RefCell<BTreeSet<String>>,
    /// Derived fields that the document has no name for: complex arguments of functions that look a field up.
    generated: RefCell<Vec<DerivedField>>,
    nodes: Cell<usize>,
    /// Names that only output fields may use, with their types: output fields so far, and the target for the score.
    outputs: RefCell<HashMap<String, FieldType>>,
    target_used: Cell<bool>,
    /// As `generated`, for the expressions of output fields, which derived fields cannot use.
    generated_outputs: RefCell<Vec<DerivedField>>,
}

impl<'d> Scope<'d> {
    pub(super) fn new(document: &Document<'d>) -> Result<Self> {
        let dictionary = data_dictionary::read(document.dictionary)?;
        let locals = document.model.child("LocalTransformations");
        let derived: Vec<&Element> = [document.transformations, locals]
            .into_iter()
            .flatten()
            .flat_map(|part| part.all("DerivedField"))
            .collect();
        let schema = document.model.required_child("MiningSchema")?;
        let is_derived = |name: &str| derived.iter().any(|element| element.attribute("name") == Some(name));
        let mining = mining_schema::read(schema, &dictionary, is_derived)?;
        let mut functions = HashMap::new();
        for function in document.transformations.into_iter().flat_map(|part| part.all("DefineFunction")) {
            let name = function.required("name")?;
            if functions.insert(name, function).is_some() {
                return Err(function.error(format!("the function `{name}` is defined twice; keep one")));
            }
        }
        let mut types = HashMap::new();
        for element in &derived {
            let name = element.required("name")?;
            let field_type = data_type(element, element.required("dataType")?)?;
            if types.insert(name, field_type).is_some() {
                return Err(element.error(format!("the derived field `{name}` is defined twice; keep one")));
            }
        }
        let counted = dictionary.iter().filter_map(counted).collect();
        Ok(Self {
            dictionary,
            mining,
            derived,
            functions,
            types,
            counted,
            used: RefCell::default(),
            generated: RefCell::default(),
            nodes: Cell::new(0),
            outputs: RefCell::default(),
            target_used: Cell::new(false),
            generated_outputs: RefCell::default(),
        })
    }

    /// The name under which the scorecard knows a field that an element uses, and its type.
    pub(super) fn field(&self, element: &Element, name: &str) -> Result<(String, FieldType)> {
        if let Some(field_type) = self.outputs.borrow().get(name) {
            self.target_used.set(self.target_used.get() || self.target().is_some_and(|target| target == name));
            return Ok((name.to_owned(), *field_type));
        }
        let (name, field_type) = match self.find(name) {
            Some(found) => found,
            None => {
                let known = self.types.keys().copied().chain(self.dictionary.iter().map(|d| d.field.name.as_str()));
                let hint = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(element.error(format!("there is no field `{}`{hint}", excerpt(name))));
            }
        };
        self.used.borrow_mut().insert(name.clone());
        Ok((name, field_type))
    }

    fn target(&self) -> Option<&str> {
        self.mining.iter().find(|mining| mining.target).map(|mining| mining.field.name.as_str())
    }

    /// From here on expressions are those of output fields, to which the target's name means the score.
    pub(super) fn begin_outputs(&self) {
        self.add_output(self.target().unwrap_or_default(), FieldType::Numeric);
    }

    /// Makes an output field known to those after it.
    pub(super) fn add_output(&self, name: &str, field_type: FieldType) {
        self.outputs.borrow_mut().insert(name.to_owned(), field_type);
    }

    /// The expressions that were given a name for an output field.
    pub(super) fn generated_outputs(&self) -> Vec<DerivedField> {
        self.generated_outputs.take()
    }

    /// From here on names mean fields and derived fields again; the target's name, if an output field used it.
    pub(super) fn end_outputs(&self) -> Option<String> {
        self.outputs.borrow_mut().clear();
        self.target().filter(|_| self.target_used.get()).map(str::to_owned)
    }

    fn find(&self, name: &str) -> Option<(String, FieldType)> {
        if let Some(counted) = self.counted.get(name) {
            return Some((counted.name.clone(), counted.field_type));
        }
        let of_data = || self.dictionary.iter().find(|data| data.field.name == name).map(|data| data.field.field_type);
        let field_type = self.types.get(name).copied().or_else(of_data)?;
        Some((name.to_owned(), field_type))
    }

    /// The type of a field by the name under which the scorecard knows it.
    pub(super) fn type_of(&self, name: &str) -> Option<FieldType> {
        let counted = || self.counted.values().find(|derived| derived.name == name).map(|derived| derived.field_type);
        let generated = || self.generated.borrow().iter().find(|d| d.name == name).map(|d| d.field_type);
        let of_data = || self.dictionary.iter().find(|data| data.field.name == name).map(|data| data.field.field_type);
        let of_output = self.outputs.borrow().get(name).copied();
        of_output.or_else(|| self.types.get(name).copied()).or_else(of_data).or_else(counted).or_else(generated)
    }

    /// The values of an ordinal field, the lowest first.
    pub(super) fn order(&self, name: &str) -> Option<&[Literal]> {
        self.dictionary.iter().find(|data| data.field.name == name)?.order.as_deref()
    }

    pub(super) fn function(&self, name: &str) -> Option<&'d Element> {
        self.functions.get(name).copied()
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().copied()
    }

    /// Counts nodes of expressions: a few definitions can unfold into any number.
    pub(super) fn count_nodes(&self, element: &Element, nodes: usize) -> Result<()> {
        let total = self.nodes.get().saturating_add(nodes);
        self.nodes.set(total);
        if total <= MAX_NODES {
            return Ok(());
        }
        Err(element
            .error(format!("the expressions come to more than {MAX_NODES} nodes once functions are written out")))
    }

    /// Gives an expression a name of its own, so that a lookup by name can find it.
    pub(super) fn name_expression(&self, wish: &str, field_type: FieldType, expression: Expression) -> String {
        let in_outputs = !self.outputs.borrow().is_empty();
        let mut generated = if in_outputs { &self.generated_outputs } else { &self.generated }.borrow_mut();
        if let Some(known) = generated.iter().find(|d| d.field_type == field_type && d.expression == expression) {
            return known.name.clone();
        }
        let mut number = generated.len() + 1;
        let mut name = format!("{wish} {number}");
        while self.find(&name).is_some() || self.outputs.borrow().contains_key(&name) {
            number += 1;
            name = format!("{wish} {number}");
        }
        if in_outputs {
            self.add_output(&name, field_type);
        }
        generated.push(DerivedField { name: name.clone(), field_type, expression });
        name
    }

    /// The derived fields that the scorecard needs, in document order, those without a name in the document last.
    pub(super) fn derived(&self) -> Result<Vec<DerivedField>> {
        let mut read: HashMap<&str, DerivedField> = HashMap::new();
        loop {
            let next = self.derived.iter().find_map(|element| {
                let name = element.attribute("name")?;
                (self.used.borrow().contains(name) && !read.contains_key(name)).then_some((name, *element))
            });
            let Some((name, element)) = next else { break };
            read.insert(name, self.derived_field(name, element)?);
        }
        let in_order = self.derived.iter().filter_map(|element| read.remove(element.attribute("name")?));
        let mut fields: Vec<DerivedField> = in_order.collect();
        let mut counted: Vec<&DerivedField> =
            self.counted.values().filter(|derived| self.used.borrow().contains(&derived.name)).collect();
        counted.sort_by(|a, b| a.name.cmp(&b.name));
        fields.extend(counted.into_iter().cloned());
        fields.extend(self.generated.borrow().iter().cloned());
        Ok(fields)
    }

    fn derived_field(&self, name: &str, element: &Element) -> Result<DerivedField> {
        let stated = element.required("dataType")?;
        let field_type = data_type(element, stated)?;
        let mut expressions = element.content().filter(|child| !matches!(child.name.as_str(), "Value" | "Interval"));
        let (Some(expression), None) = (expressions.next(), expressions.next()) else {
            return Err(element.error("needs exactly one expression inside"));
        };
        let expression = Expressions::new(self).read(expression, Some(field_type))?;
        let expression = match self.expression_type(&expression) {
            Some(FieldType::Date | FieldType::DateTime | FieldType::Time) if field_type == FieldType::Integer => {
                count(stated, expression)
            }
            _ => expression,
        };
        let expression = self.as_text_of(field_type, expression);
        Ok(DerivedField { name: name.to_owned(), field_type, expression })
    }

    /// Names that were used so far and are data fields.
    pub(super) fn is_used(&self, name: &str) -> bool {
        self.used.borrow().contains(name)
            || self.counted.get(name).is_some_and(|d| self.used.borrow().contains(&d.name))
    }

    /// Data fields that something uses though the mining schema does not list them.
    pub(super) fn unlisted(&self) -> impl Iterator<Item = &DataField> {
        self.dictionary.iter().filter(|data| {
            self.is_used(&data.field.name) && self.mining.iter().all(|mining| mining.field.name != data.field.name)
        })
    }
}

/// The derived field that counts up to a field's date.
fn counted(data: &DataField) -> Option<(String, DerivedField)> {
    let unit = match origin_year(&data.data_type) {
        Some((_, true)) => "seconds",
        Some((_, false)) => "days",
        None if data.data_type == "timeSeconds" => "seconds",
        None => return None,
    };
    let date = Expression::Field { name: data.field.name.clone(), map_missing_to: None };
    let derived = DerivedField {
        name: format!("{} in {unit}", data.field.name),
        field_type: FieldType::Integer,
        expression: count(&data.data_type, date),
    };
    Some((data.field.name.clone(), derived))
}

/// The count that a data type asks for, of a date or time.
fn count(data_type: &str, date: Expression) -> Expression {
    let (function, arguments) = match origin_year(data_type) {
        Some((year, seconds)) => {
            let function = if seconds { "dateSecondsSinceYear" } else { "dateDaysSinceYear" };
            (function, vec![date, Expression::Constant(Some(Literal::Number(f64::from(year))))])
        }
        None => ("dateSecondsSinceMidnight", vec![date]),
    };
    Expression::Apply {
        function: function.to_owned(),
        arguments,
        map_missing_to: None,
        default: None,
        on_invalid: crate::model::InvalidTreatment::Reject,
    }
}
