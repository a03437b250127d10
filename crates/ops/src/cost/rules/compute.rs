//! Tasks on Fargate, and clusters of Kubernetes.

use rust_decimal::Decimal;
use serde_json::Value;

use super::Work;
use crate::cost::{
    estimate::{HOURS, Range},
    infrastructure::Resource,
};

pub(super) const KINDS: &[&str] = &[
    "aws_ecs_service",
    "aws_ecs_task_definition",
    "aws_appautoscaling_target",
    "aws_appautoscaling_scheduled_action",
    "aws_eks_cluster",
    "aws_eks_node_group",
    "aws_eks_fargate_profile",
];

const ECS: &str = "Amazon Elastic Container Service";
const EKS: &str = "Amazon Elastic Container Service for Kubernetes";
/// GB of a task's disk that are free.
const FREE_DISK: Decimal = Decimal::from_parts(20, 0, 0, false, 0);

pub(super) fn price(work: &mut Work<'_, '_>) {
    for service in work.infrastructure.of_kind("aws_ecs_service") {
        if let Err(why) = tasks(work, service) {
            work.sheet.skip(&service.address, "tasks", why);
        }
    }
    for cluster in work.infrastructure.of_kind("aws_eks_cluster") {
        work.sheet.charge(cluster, EKS, "eks.cluster", "control plane", Range::fixed(HOURS));
    }
    for group in work.infrastructure.of_kind("aws_eks_node_group") {
        let sizes: Vec<&str> = group.list("/instance_types").iter().filter_map(Value::as_str).collect();
        let what = format!("nodes ({})", if sizes.is_empty() { "size not known".to_owned() } else { sizes.join(", ") });
        work.sheet.skip(&group.address, what, "prices of EC2 instances are not in the price files");
    }
    if let Some(profile) = work.infrastructure.of_kind("aws_eks_fargate_profile").next() {
        let pods = work.usage.of("tasks.pods") * HOURS;
        let (vcpu, gb) = (work.usage.of("tasks.pod_vcpu"), work.usage.of("tasks.pod_gb"));
        if pods.is_zero() {
            let why = "how many pods run is not in the plan; say it as tasks.pods in the usage file";
            work.sheet.skip(&profile.address, "pods on Fargate", why);
        }
        // Pods on Fargate run on x86 only.
        work.sheet.charge(profile, EKS, "fargate.x86.vcpu", "pods, vCPU", Range::fixed(pods * vcpu));
        work.sheet.charge(profile, EKS, "fargate.x86.memory", "pods, memory", Range::fixed(pods * gb));
    }
}

/// The tasks of a service, joined with its task definition and its scaling.
fn tasks(work: &mut Work<'_, '_>, service: &Resource) -> Result<(), String> {
    let definition = definition(work, service)?;
    let size = |pointer: &str, unit: &str| {
        let size = definition.number(pointer).ok_or_else(|| format!("{} says no {unit} yet", definition.address))?;
        Ok::<_, String>(size / Decimal::from(1024))
    };
    let (vcpu, gb) = (size("/cpu", "cpu")?, size("/memory", "memory")?);
    let architecture = match definition.text("/runtime_platform/0/cpu_architecture") {
        Some("ARM64") => "arm",
        Some("X86_64") | None => "x86",
        Some(other) => return Err(format!("cpu_architecture {other} is not known")),
    };
    let count = count(work, service);
    let shares = shares(service)?;
    let mut charge = |item: &str, what: &str, quantity: Range| {
        work.sheet.charge(service, ECS, item, what, quantity.times(HOURS));
    };
    for (spot, kind) in [(false, ""), (true, "spot.")] {
        let tasks = count.map(|count| shares.of(count, spot));
        let label = if spot { " on Spot" } else { "" };
        let name = format!("{}{label}", if architecture == "arm" { "ARM" } else { "x86" });
        charge(&format!("fargate.{kind}{architecture}.vcpu"), &format!("{name} tasks, vCPU"), tasks.times(vcpu));
        charge(&format!("fargate.{kind}{architecture}.memory"), &format!("{name} tasks, memory"), tasks.times(gb));
    }
    let disk = definition.number("/ephemeral_storage/0/size_in_gib").unwrap_or(FREE_DISK) - FREE_DISK;
    charge("fargate.storage", "disk over 20 GB", count.times(disk.max(Decimal::ZERO)));
    if service.flag("/network_configuration/0/assign_public_ip") {
        work.sheet.charge(service, super::network::VPC, "ipv4.hour", "public IPv4 of tasks", count.times(HOURS));
    }
    Ok(())
}

/// The task definition that a service runs: by name where that is known, else by what the configuration refers to.
fn definition<'w>(work: &Work<'w, '_>, service: &Resource) -> Result<&'w Resource, String> {
    let kind = "aws_ecs_task_definition";
    let found: Vec<&Resource> = match service.text("/task_definition") {
        Some(name) => {
            let is_it = |definition: &&Resource| {
                let family = definition.text("/family");
                let full =
                    family.map(|family| format!("{family}:{}", definition.number("/revision").unwrap_or_default()));
                [definition.text("/arn"), family, full.as_deref()].contains(&Some(name))
            };
            work.infrastructure.of_kind(kind).filter(is_it).collect()
        }
        None => work.infrastructure.referred(service, "task_definition", kind),
    };
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err("its task definition is not in this plan, so the size of its tasks is not known".to_owned()),
        many => Err(format!("{} task definitions may be meant, so the size of its tasks is not known", many.len())),
    }
}

/// How many tasks: from what scaling goes down to, to what it goes up to.
fn count(work: &Work<'_, '_>, service: &Resource) -> Range {
    let desired = service.number("/desired_count").unwrap_or_default();
    let belongs = |resource: &&Resource| {
        let by_name = resource.text("/resource_id").and_then(|id| id.rsplit('/').next()) == service.text("/name");
        let named = resource.text("/resource_id").is_some() && service.text("/name").is_some();
        if named {
            return by_name;
        }
        let referred = work.infrastructure.referred(resource, "resource_id", "aws_ecs_service");
        referred.iter().any(|one| one.address == service.address)
    };
    let Some(target) = work.infrastructure.of_kind("aws_appautoscaling_target").find(belongs) else {
        return Range::fixed(desired);
    };
    let (min, max) = (target.number("/min_capacity"), target.number("/max_capacity"));
    let (min, max) = (min.unwrap_or(desired), max.unwrap_or(desired));
    let schedules = work.infrastructure.of_kind("aws_appautoscaling_scheduled_action").filter(belongs);
    let least = schedules.filter_map(|action| action.number("/scalable_target_action/0/min_capacity")).min();
    let usual = desired.max(min).min(max);
    Range { low: least.unwrap_or(min).min(min), usual, high: max }
}

/// How tasks are spread over capacity providers.
struct Shares {
    on_demand: (Decimal, Decimal),
    spot: (Decimal, Decimal),
}

impl Shares {
    /// How many of so many tasks run on demand, or on Spot: each side's base first, the rest by weight.
    fn of(&self, count: Decimal, spot: bool) -> Decimal {
        let bases = self.on_demand.0 + self.spot.0;
        let weights = self.on_demand.1 + self.spot.1;
        let (base, weight) = if spot { self.spot } else { self.on_demand };
        if count <= bases || weights.is_zero() {
            return if bases.is_zero() {
                if spot { Decimal::ZERO } else { count }
            } else {
                count.min(bases) * base / bases
            };
        }
        base + (count - bases) * weight / weights
    }
}

fn shares(service: &Resource) -> Result<Shares, String> {
    let strategy = service.list("/capacity_provider_strategy");
    let one = Decimal::ONE;
    if strategy.is_empty() {
        return match service.text("/launch_type") {
            Some("FARGATE") => Ok(Shares { on_demand: (Decimal::ZERO, one), spot: (Decimal::ZERO, Decimal::ZERO) }),
            Some(other) => Err(format!("launch type {other}: what it runs on is priced elsewhere")),
            None => Err("neither a launch type nor a capacity provider is known yet".to_owned()),
        };
    }
    let mut shares = Shares { on_demand: Default::default(), spot: Default::default() };
    for part in strategy {
        let number = |name: &str| part.get(name).and_then(Value::as_u64).unwrap_or(0);
        let side = match part.get("capacity_provider").and_then(Value::as_str) {
            Some("FARGATE") => &mut shares.on_demand,
            Some("FARGATE_SPOT") => &mut shares.spot,
            other => {
                return Err(format!("capacity provider {}: only Fargate's are priced", other.unwrap_or("(not known)")));
            }
        };
        side.0 += Decimal::from(number("base"));
        side.1 += Decimal::from(number("weight"));
    }
    Ok(shares)
}
