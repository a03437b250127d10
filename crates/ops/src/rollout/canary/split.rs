//! The rule of the balancer that divides the traffic between a service and its canary.

use aws_sdk_ecs::types::Service;
use aws_sdk_elasticloadbalancingv2::types::{Action, Rule};

use crate::{
    aws::{Account, Refusal, refusal},
    failure::Failure,
};

/// The whole, of which the canary has a part: weights are per cent.
const WHOLE: i32 = 100;

/// The rule, and the two target groups between which it divides.
#[derive(Debug, Clone)]
pub(crate) struct Split {
    /// The rule's ARN.
    pub(super) rule: String,
    /// The balancer's ARN.
    balancer: String,
    /// The service's target group, by ARN.
    main: String,
    /// The canary's.
    pub(super) canary: String,
}

impl Split {
    /// Finds the rule that forwards to the target groups of both.
    pub(super) async fn find(account: &Account, main: &Service, canary: &Service) -> Result<Self, Failure> {
        let group = |service: &Service| {
            let found = service.load_balancers().iter().find_map(|one| one.target_group_arn()).map(str::to_owned);
            let name = service.service_name().unwrap_or_default().to_owned();
            found.ok_or_else(|| {
                Failure::input(name, "has no target group: no traffic can be divided; see docs/operator.md")
            })
        };
        let (main, canary) = (group(main)?, group(canary)?);
        let elb = account.balancers();
        let groups = elb.describe_target_groups().target_group_arns(&canary).send().await;
        let groups = groups.map_err(refusal("looking for the canary's target group"))?;
        let balancer = groups.target_groups().first().and_then(|one| one.load_balancer_arns().first()).cloned();
        let Some(balancer) = balancer else { return Err(none(&canary)) };
        let mut listeners = elb.describe_listeners().load_balancer_arn(&balancer).into_paginator().items().send();
        while let Some(listener) = listeners.next().await {
            let listener = listener.map_err(refusal("listing the balancer's listeners"))?;
            let of = listener.listener_arn().unwrap_or_default();
            let mut rules = elb.describe_rules().listener_arn(of).into_paginator().items().send();
            while let Some(rule) = rules.next().await {
                let rule = rule.map_err(refusal("listing the listener's rules"))?;
                if let (Some(arn), true, true) =
                    (rule.rule_arn(), weight(&rule, &main).is_some(), weight(&rule, &canary).is_some())
                {
                    return Ok(Self { rule: arn.to_owned(), balancer, main, canary });
                }
            }
        }
        Err(none(&canary))
    }

    /// Per cent of the traffic that the canary has.
    pub(crate) async fn percent(&self, account: &Account) -> Result<i32, Refusal> {
        let rule = self.rule(account).await?;
        let (main, canary) = (weight(&rule, &self.main).unwrap_or(0), weight(&rule, &self.canary).unwrap_or(0));
        Ok(if canary == 0 { 0 } else { canary * WHOLE / (main + canary) })
    }

    /// Gives the canary its part; the rest of the rule stays as it is. Nothing is asked where it has that part already.
    pub(super) async fn set(&self, account: &Account, percent: i32) -> Result<(), Refusal> {
        let rule = self.rule(account).await?;
        if weight(&rule, &self.main) == Some(WHOLE - percent) && weight(&rule, &self.canary) == Some(percent) {
            return Ok(());
        }
        let mut actions: Vec<Action> = rule.actions.unwrap_or_default();
        for group in actions
            .iter_mut()
            .filter_map(|action| action.forward_config.as_mut())
            .flat_map(|forward| forward.target_groups.iter_mut().flatten())
        {
            match group.target_group_arn() {
                Some(arn) if arn == self.canary => group.weight = Some(percent),
                Some(arn) if arn == self.main => group.weight = Some(WHOLE - percent),
                _ => {}
            }
        }
        let call = account.balancers().modify_rule().rule_arn(&self.rule).set_actions(Some(actions));
        call.send().await.map_err(refusal(format!("giving the canary {percent} % of the traffic"))).map(|_| ())
    }

    async fn rule(&self, account: &Account) -> Result<Rule, Refusal> {
        let found = account.balancers().describe_rules().rule_arns(&self.rule).send().await;
        let found = found.map_err(refusal("reading the rule that divides the traffic"))?;
        let none = || Refusal::answer("reading the rule that divides the traffic", "RuleNotFound", &self.rule);
        found.rules.unwrap_or_default().pop().ok_or_else(none)
    }

    /// Balancer and the canary's target group as CloudWatch names them.
    pub(super) fn dimensions(&self) -> [(&'static str, String); 2] {
        let balancer = self.balancer.split_once("loadbalancer/").map_or(&*self.balancer, |(_, name)| name);
        let group = self.canary.rsplit(':').next().unwrap_or(&self.canary);
        [("LoadBalancer", balancer.to_owned()), ("TargetGroup", group.to_owned())]
    }

    /// What gives all traffic back without this tool.
    pub(super) fn by_hand(&self) -> String {
        let group = |arn: &str, weight| format!("{{TargetGroupArn={arn},Weight={weight}}}");
        format!(
            "aws elbv2 modify-rule --rule-arn {} --actions 'Type=forward,ForwardConfig={{TargetGroups=[{},{}]}}'",
            self.rule,
            group(&self.main, WHOLE),
            group(&self.canary, 0)
        )
    }
}

/// The weight that a rule gives to a target group, if it forwards to it.
fn weight(rule: &Rule, group: &str) -> Option<i32> {
    let forwards = rule.actions().iter().filter_map(|action| action.forward_config());
    let mut groups = forwards.flat_map(|forward| forward.target_groups());
    groups.find(|one| one.target_group_arn() == Some(group)).map(|one| one.weight.unwrap_or(1))
}

fn none(group: &str) -> Failure {
    let problem = format!(
        "no rule of the balancer divides traffic with the target group {group}; set `canary` of the service in Terraform, and apply"
    );
    Failure::input("--canary", problem)
}
