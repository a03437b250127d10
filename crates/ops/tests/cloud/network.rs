//! Subnets, routes and endpoints as EC2 tells of them; quotas and bounds.

use axum::response::Response;
use serde_json::{Value, json};

use super::{State, answers};

pub fn answer(state: &State, action: &str) -> Option<Response> {
    let (set, items) = match action {
        "DescribeSubnets" => (
            "subnetSet",
            "<item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><availableIpAddressCount>200</availableIpAddressCount></item>"
                .to_owned(),
        ),
        "DescribeRouteTables" => {
            let (id, route) = ("rtb-1", state.route);
            let association = "<associationSet><item><subnetId>subnet-1</subnetId></item></associationSet>";
            let table = format!("<routeTableId>{id}</routeTableId>{association}<routeSet>{route}</routeSet>");
            ("routeTableSet", format!("<item>{table}</item>"))
        }
        "DescribeVpcEndpoints" => {
            let one = |name: &&str| {
                let service = format!("<serviceName>com.amazonaws.eu-west-2.{name}</serviceName>");
                format!("<item>{service}<vpcEndpointType>Interface</vpcEndpointType><state>available</state></item>")
            };
            ("vpcEndpointSet", state.endpoints.iter().map(one).collect())
        }
        _ => return None,
    };
    let space = "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"";
    Some(answers::text(format!("<{action}Response {space}><{set}>{items}</{set}></{action}Response>")))
}

pub fn quotas(state: &State, said: &Value) -> Value {
    if said["ServiceCode"] == "ecs" {
        return json!({ "Quotas": [
            { "QuotaName": "Clusters per account", "Value": 10000.0 },
            { "QuotaName": "Tasks per service", "Value": 5000.0 },
        ] });
    }
    // The second page has it.
    if said["NextToken"].is_null() {
        return json!({ "Quotas": [{ "QuotaName": "Fargate Spot vCPU resource count", "Value": 6.0 }], "NextToken": "more" });
    }
    json!({ "Quotas": [{ "QuotaName": "Fargate On-Demand vCPU resource count", "Value": state.vcpu_quota,
        "UsageMetric": { "MetricNamespace": "AWS/Usage", "MetricName": "ResourceCount", "MetricStatisticRecommendation": "Maximum",
            "MetricDimensions": { "Class": "Standard/OnDemand", "Resource": "vCPU", "Service": "Fargate", "Type": "Resource" } } }] })
}

pub fn bounds(said: &Value) -> Value {
    json!({ "ScalableTargets": [{ "ResourceId": said["ResourceIds"][0], "MinCapacity": 2, "MaxCapacity": 10 }] })
}
