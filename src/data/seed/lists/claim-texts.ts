/** What is written in claims. Nothing here names anybody, or an order, or a product of a store. */
export const CLAIM_DESCRIPTIONS = {
  DAMAGED: [
    'The box was crushed on one side and the item inside is cracked right through.',
    'It arrived soaked. The packaging fell apart and the contents are stained.',
    'There is a long tear in it, as if somebody had opened the parcel with a knife.',
    'The corner is broken off and I found the pieces loose in the box.',
    'Glass everywhere when I opened the parcel. There was next to no padding.',
  ],
  DEFECTIVE_ITEM: [
    'It worked for three days and then stopped altogether.',
    'The seam opened the first time it was used, without any strain on it.',
    'One part does not fit the other, so it cannot be put together.',
    'The colour came off on my hands within an hour.',
  ],
  MISSING_ITEM: [
    'The parcel was sealed, but one of the things on the packing slip was not inside.',
    'The count on the packing slip and the count in the box are not the same.',
    'Everything came except the smallest item. I checked the padding twice.',
    'The inner bag was empty.',
  ],
  MULTIPLE: [
    'One item is scratched and another one is missing.',
    'Two things are wrong with this delivery: one piece broken, one in a size I did not choose.',
    'Part of it came wet, and part of it did not come at all.',
  ],
  ORDER_DELIVERED_NOT_RECEIVED: [
    'Tracking says it was delivered, but nothing is here. I asked everybody in the building.',
    'It is marked as left at the door. I was at home all day and nobody came.',
    'The carrier shows a signature that is not mine.',
    'Delivered two days ago according to the carrier. There is no parcel and no card.',
  ],
  RETURNED_TO_SENDER: [
    'The carrier sent it back without any attempt to deliver it.',
    'Tracking says it is on its way back to the warehouse. I never refused it.',
    'It was held at the depot, and returned before I could fetch it.',
  ],
  STOLEN: [
    'Our camera shows somebody taking the parcel from the porch.',
    'The parcel was delivered at noon and was gone when I came home.',
    'Several parcels were taken from our hallway that day, this one among them.',
    'The empty box was lying in the bushes.',
  ],
  WRONG_ITEM: [
    'I received a different colour from the one I chose.',
    'The label on the box is right, but there is something else inside.',
    'It is the wrong size. The packing slip shows the one that I wanted.',
    'This must be meant for another customer: I never asked for it.',
  ],
  TRACKING_NOT_MOVING: [
    'Tracking has not changed for days.',
    'The last scan was at a sorting centre, days ago.',
    'A label was made, and nothing has happened since.',
    'It has been leaving the same depot every morning of this week.',
  ],
  WRONG_ADDRESS: [
    'It was delivered to a place where I no longer live.',
    'The apartment was left out on the label, so the carrier could not find me.',
    'Tracking shows it in another town with the same street in it.',
  ],
  UNSPECIFIED: [
    'Something went wrong with this delivery. Please call me back.',
    'I am not sure what to choose here. Half of what I wanted is not what I got.',
    'The customer telephoned; details are to follow.',
    'Please look into this, nothing about it is as it should be.',
  ],
} as const;

/** What each side says, in the turns of a conversation. */
export const CLAIM_MESSAGES = {
  CUSTOMER: [
    [
      'Here are two photos, taken right after I opened it.',
      'I hope this can be put right before the weekend.',
      'I have kept the packaging in case you need it.',
      'This was meant as a present, so I am in a bit of a hurry.',
    ],
    [
      'Of course, please find the pictures attached.',
      'I have asked the neighbours and the carrier. Nobody has it.',
      'Either is fine with me, whatever is quicker.',
      'Yes, everything else in the parcel was fine.',
    ],
    [
      'Thank you, that helps a lot.',
      'Is there any news?',
      'Thanks for looking into it so quickly.',
      'All right, I will wait for it.',
    ],
  ],
  BRAND: [
    [
      'We have checked the stock and can send it again.',
      'Our warehouse weighed the parcel: it was complete when it left.',
      'We are sorry about this. Please go ahead from our side.',
      'The carrier has opened an investigation; we expect an answer in a few days.',
    ],
    [
      'The batch is known to us. We have taken it off sale.',
      'We would rather replace it than refund it, if that suits the customer.',
      'Nothing came back to us so far.',
    ],
  ],
  PLATFORM: [
    [
      'Thank you for telling us. Could you add a photo of the item and of the outside of the box?',
      'We have received your claim and will answer within two working days.',
      'Could you tell us whether the rest of the parcel was complete?',
      'Please ask in the building first: most parcels turn up within two days.',
    ],
    [
      'We have everything that we need, and are going through it now.',
      'We have asked the store and are waiting for their answer.',
      'We have not heard from you for a while. Do you still need our help?',
    ],
  ],
} as const;

export const OUTCOME_MESSAGES = {
  approved: [
    'Your claim has been approved. You will hear from us once it is settled.',
    'Good news: this is covered. We will let you know how it is made good.',
  ],
  paid: [
    'Your claim has been settled. We are sorry for the trouble that you had.',
    'Good news: this is covered, and has been taken care of.',
  ],
  denied: [
    'We have looked at this carefully and cannot approve it. The reason is on your claim.',
    'This is not something the protection pays for. We are sorry not to have better news.',
  ],
  closed: [
    'We are closing this claim, because there is nothing left to do.',
    'This has been settled between you and the store, so we are closing it here.',
  ],
} as const;

/** What is said about a resolution. */
export const RESOLUTION_DETAILS = {
  RESHIP: ['The same goods are sent again.', 'Sent again from the next warehouse.', null],
  REFUND: ['Refunded to the original means of payment.', 'Refunded in part.', null],
  STORE_CREDIT: ['Credited to be spent in the store.', 'Credited instead of a refund.', null],
  FLAT_RATE: ['A flat sum, as agreed with the customer.', 'A flat sum for a blemish.', null],
} as const;

export const MEDIA_DESCRIPTIONS = [
  'The outside of the box',
  'The damaged part',
  'The shipping label',
  'What was in the parcel',
  null,
] as const;

/** How the desk of the platform signs; nobody is named. */
export const PLATFORM_AUTHOR = 'Protection desk';
