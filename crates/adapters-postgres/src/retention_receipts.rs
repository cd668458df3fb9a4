use async_trait::async_trait;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use legacy::{ReceiptRow, receipt, receipt_row};
use ports::{Error, Result, RetentionReceipt, RetentionReceipts};

use crate::{
    statement::{Statement, statement},
    store::Store,
};

statement! {
    Add(BigInt, BigInt, Nullable<Text>, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, Binary, Binary) -> ()
        = "INSERT INTO hims_retention_receipts (begun_at, ended_at, ordered_by, legacy_messages, stream_messages, files,
                entries, held, rooms_left, list, signature)
            VALUES (hims_time($1), hims_time($2), $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";

    Newest(BigInt) -> (BigInt, BigInt, Nullable<Text>, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, Binary, Binary)
        = "SELECT hims_micros(begun_at), hims_micros(ended_at), ordered_by, legacy_messages, stream_messages, files,
                entries, held, rooms_left, list, signature
            FROM hims_retention_receipts ORDER BY begun_at DESC LIMIT $1";
}

#[async_trait]
impl RetentionReceipts for Store {
    async fn add(&self, receipt: &RetentionReceipt) -> Result<()> {
        let add = Add::with(receipt_row(receipt));
        match self.pool.get().await?.run(add).await? {
            0 => Err(Error::conflict("another run began at the same moment")),
            _ => Ok(()),
        }
    }

    async fn newest(&self, most: u32) -> Result<Vec<RetentionReceipt>> {
        let newest = Newest::with((i64::from(most),));
        let rows: Vec<ReceiptRow> = self.pool.get().await?.all(newest).await?;
        rows.into_iter().map(receipt).collect()
    }
}
