use std::collections::HashMap;

use domain::{Message, ReceiptKind, StaffId};
use jiff::Timestamp;
use ports::ReceiptStep;

/// The marks of a room's readers, gathered while its messages pass by: messages that were read at
/// once carry one time, and the last of them is where the mark stood.
#[derive(Default)]
pub(super) struct Steps {
    steps: Vec<ReceiptStep>,
    /// The index of each reader's last step of a kind.
    last: HashMap<(StaffId, ReceiptKind), usize>,
}

impl Steps {
    pub(super) fn pass(&mut self, message: &Message) {
        let receipts = &message.receipts;
        for mark in &receipts.read {
            self.step(message, &mark.doctor, ReceiptKind::Read, mark.at);
        }
        for mark in &receipts.delivered {
            self.step(message, &mark.doctor, ReceiptKind::Delivered, mark.at);
        }
    }

    fn step(&mut self, message: &Message, doctor: &StaffId, kind: ReceiptKind, at: Timestamp) {
        let key = (doctor.clone(), kind);
        if let Some(last) = self.last.get(&key)
            && self.steps[*last].at == at
        {
            self.steps[*last].message = message.id.clone();
            return;
        }
        self.last.insert(key, self.steps.len());
        self.steps.push(ReceiptStep {
            doctor: doctor.clone(),
            kind,
            message: message.id.clone(),
            at,
        });
    }

    pub(super) fn all(self) -> Vec<ReceiptStep> {
        self.steps
    }
}
