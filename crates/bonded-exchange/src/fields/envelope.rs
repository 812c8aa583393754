//! What stands around a document, and the heads of receipts.

use super::Type::{Time, UpTo, Whole};
use super::{Dialect, RecordKind, field};

/// 信封: who sends what to whom.
pub static ENVELOP_INFO: RecordKind = RecordKind {
    name: "EnvelopInfo",
    chinese: "信封",
    dialect: Dialect::Client,
    fields: &[
        field("version", "版本", UpTo(11)),
        field("business_id", "业务编号", UpTo(128)),
        field("message_id", "报文编号", UpTo(128)),
        field("file_name", "文件名", UpTo(128)),
        field("message_type", "报文类型", UpTo(16)),
        field("sender_id", "发送方", UpTo(16)),
        field("receiver_id", "接收方", UpTo(16)),
        field("send_time", "发送时间", Time),
        field("Ic_Card", "IC卡号", UpTo(20)),
    ],
};

/// A message that was split: which part this is.
pub static POCKET_INFO: RecordKind = RecordKind {
    name: "PocketInfo",
    chinese: "分包",
    dialect: Dialect::Customs,
    fields: &[
        field("pocket_id", "分包编号", UpTo(128)),
        field("total_pocket_qty", "总包数", Whole(10)),
        field("cur_pocket_no", "当前包号", Whole(10)),
        field("is_unstructured", "是否非结构化", UpTo(1)),
    ],
};

/// 审批结果: the head of every audit receipt. `manageResult` is 处理结果; what it says depends on the receipt.
pub static HDE_APPR_RESULT: RecordKind = RecordKind {
    name: "HdeApprResult",
    chinese: "审批结果",
    dialect: Dialect::Customs,
    fields: &[
        field("etpsPreentNo", "企业预录入编号", UpTo(64)),
        field("businessId", "单证编号", UpTo(128)),
        field("tmsCnt", "变更、报核次数", Whole(19)),
        field("typecd", "业务类型代码", UpTo(1)),
        field("manageResult", "处理结果", UpTo(1)),
        field("manageDate", "处理日期", Time),
        field("rmk", "备注", UpTo(255)),
    ],
};

/// The reasons of a decision.
pub static CHECK_INFO: RecordKind = RecordKind {
    name: "CheckInfo",
    chinese: "检查信息",
    dialect: Dialect::Customs,
    fields: &[field("note", "原因", UpTo(255))],
};

/// INV202: the declaration that the data centre made of a list.
pub static INV_APPR_RESULT: RecordKind = RecordKind {
    name: "InvApprResult",
    chinese: "清单生成报关单结果",
    dialect: Dialect::Customs,
    fields: &[
        field("invPreentNo", "清单预录入编号", UpTo(64)),
        field("businessId", "清单编号", UpTo(64)),
        field("entrySeqNo", "报关单统一编号", UpTo(18)),
        field("manageResult", "处理结果", UpTo(1)).codes(&[("1", "生成成功"), ("2", "生成失败")]),
        field("createDate", "生成时间", Time),
        field("reason", "原因", UpTo(255)),
    ],
};

/// INV200, EML200, EMS200 …: whether a message was taken in. `resutType` is the real spelling.
pub static MSG_RECE_RESULT: RecordKind = RecordKind {
    name: "MsgReceResult",
    chinese: "入库结果",
    dialect: Dialect::Customs,
    fields: &[
        field("resutType", "回执类型", UpTo(25)),
        field("etpsPreentNo", "企业预录入编号", UpTo(64)),
        field("pocketId", "分包编号", UpTo(128)),
        field("totalPocketQty", "总包数", Whole(10)),
        field("curPocketNo", "当前包号", Whole(10)),
        field("bizNo", "业务编号", UpTo(64)),
        field("manageResult", "处理结果", UpTo(1)).codes(&[("1", "入库成功"), ("2", "入库失败")]),
        field("manageDate", "处理日期", Time),
        field("rmk", "备注", UpTo(255)),
    ],
};

/// The Single Window's first answer. The misspelling is the real name.
pub static COMMON_RESPONE_MESSAGE: RecordKind = RecordKind {
    name: "CommonResponeMessage",
    chinese: "暂存回执",
    dialect: Dialect::Client,
    fields: &[
        field("SeqNo", "预录入统一编号", UpTo(18)),
        field("EtpsPreentNo", "企业预录入编号", UpTo(64)),
        field("CheckInfo", "检查信息", UpTo(4000)),
        field("DealFlag", "处理标志", UpTo(4)),
    ],
};

/// What the client is told beside the message (NPTS001).
pub static IMPORT_INFO: RecordKind = RecordKind {
    name: "ImportInfo",
    chinese: "导入信息",
    dialect: Dialect::Client,
    fields: &[
        field("MessageType", "报文类型", UpTo(16)),
        field("OpType", "操作类型", UpTo(4)),
        field("HostId", "主机", UpTo(64)),
        field("FileSize", "文件大小", Whole(19)),
        field("Sign", "签名", UpTo(4000)),
    ],
};

/// EML141, EMS141, INV141, BHL141: asks for a receipt again.
pub static RECEIPT_DCL_HEAD: RecordKind = RecordKind {
    name: "ReceiptDclHead",
    chinese: "回执补发送申请",
    dialect: Dialect::Customs,
    fields: &[
        field("dclType", "申请类型", UpTo(16)),
        field("businessId", "单证编号", UpTo(128)),
        field("etpsPreentNo", "企业预录入编号", UpTo(64)),
    ],
};
