use async_trait::async_trait;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use legacy::{ReceiptRow, receipt, receipt_row};
use ports::{Result, RetentionReceipt, RetentionReceipts};

use crate::{statement::statement, store::Store};

statement!(
    Add { begun_at: i64, ended_at: i64, by: Option<String>, legacy: i64, stream: i64, files: i64, entries: i64,
          held: i64, left: i64, list: Vec<u8>, signature: Vec<u8> } =
    "INSERT INTO hims_retention_receipts (begun_at, ended_at, ordered_by, legacy_messages, stream_messages, files, \
     entries, held, rooms_left, list, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
);
statement!(Newest { most: i64 } -> (BigInt, BigInt, Nullable<Text>, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, Binary,
                                Binary) =
    "SELECT begun_at, ended_at, ordered_by, legacy_messages, stream_messages, files, entries, held, rooms_left, list, \
     signature FROM hims_retention_receipts ORDER BY begun_at DESC LIMIT ?1");

#[async_trait]
impl RetentionReceipts for Store {
    async fn add(&self, receipt: &RetentionReceipt) -> Result<()> {
        let row = receipt_row(receipt);
        let (begun_at, ended_at, by, legacy, stream, files, entries, held, left, list, signature) =
            row;
        let add = Add {
            begun_at,
            ended_at,
            by,
            legacy,
            stream,
            files,
            entries,
            held,
            left,
            list,
            signature,
        };
        self.writer
            .write(move |work| Ok(add.run(work.connection).map(drop)?))
            .await
    }

    async fn newest(&self, most: u32) -> Result<Vec<RetentionReceipt>> {
        let most = i64::from(most);
        let rows: Vec<ReceiptRow> = self
            .readers
            .read(move |connection| Ok(Newest { most }.rows(connection)?))
            .await?;
        rows.into_iter().map(receipt).collect()
    }
}
