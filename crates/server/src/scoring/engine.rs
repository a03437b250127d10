//! A model and a policy made ready to answer.

use scorecard::{
    ApplicationReader, Evaluator, Scorecard,
    policy::{Policy, PolicyEvaluator},
    recourse::Space,
};

/// What answers: a scorecard, the reader of its applications, and the policy that decides.
#[derive(Debug)]
pub struct Engine {
    /// The scorecard.
    pub evaluator: Evaluator,
    /// What reads its applications.
    pub reader: ApplicationReader,
    /// What decides, where a policy is in force.
    pub policy: Option<PolicyEvaluator>,
    /// `sha256:` and the hash of the scorecard.
    pub model_hash: String,
    /// `sha256:` and the hash of the policy.
    pub policy_hash: Option<String>,
    /// What each attribute is called, by characteristic.
    pub attributes: Vec<Vec<String>>,
    /// What could be changed in an application, where a policy decides.
    pub space: Option<Space>,
}

impl Engine {
    /// Compiles a scorecard, and a policy against it.
    ///
    /// # Errors
    /// Where their parts contradict one another.
    pub fn new(scorecard: Scorecard, policy: Option<Policy>) -> scorecard::Result<Self> {
        let (model_hash, policy_hash) = (scorecard.content_hash(), policy.as_ref().map(Policy::content_hash));
        let reader = ApplicationReader::new(&scorecard);
        let policy = policy.map(|policy| PolicyEvaluator::new(policy, &scorecard)).transpose()?;
        let names = |characteristic: &scorecard::model::Characteristic| {
            characteristic.attributes.iter().map(|attribute| attribute.name().into_owned()).collect()
        };
        let attributes = scorecard.characteristics.iter().map(names).collect();
        let space = policy.as_ref().map(|policy| Space::new(&scorecard, policy)).transpose()?;
        let evaluator = Evaluator::new(scorecard)?;
        Ok(Self { evaluator, reader, policy, model_hash, policy_hash, attributes, space })
    }

    /// The scorecard.
    #[must_use]
    pub fn scorecard(&self) -> &Scorecard {
        self.evaluator.scorecard()
    }
}
